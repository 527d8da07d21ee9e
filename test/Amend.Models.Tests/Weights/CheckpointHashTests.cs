using Amend.Models.Effects;
using Amend.Tensors;
using static TorchSharp.torch;

namespace Amend.Models.Tests.Weights;

[NoTensorLeaks]
public sealed class CheckpointHashTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public CheckpointHashTests() => TinyModels.WriteGpt2Config(_folder.File("config.json"));

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.BFloat16)]
    public void It_is_the_same_whatever_type_a_checkpoint_is_loaded_in(ScalarType stored)
    {
        Write(seed: 1, stored);
        using var whole = Load(ScalarType.Float32);
        using var half = Load(ScalarType.Float16);
        using var brain = Load(ScalarType.BFloat16);

        Assert.Equal(whole.BaseHash, whole.CheckpointHash);
        Assert.Equal([whole.BaseHash, whole.BaseHash], [half.CheckpointHash, brain.CheckpointHash]);
        Assert.Equal(3, new[] { whole.BaseHash, half.BaseHash, brain.BaseHash }.Distinct().Count());
    }

    [Fact]
    public void Checkpoints_that_are_equal_only_after_rounding_are_told_apart()
    {
        Write(seed: 1, ScalarType.Float32);
        using var first = Load(ScalarType.BFloat16);
        _ = first.CheckpointHash;
        Write(seed: 1, ScalarType.BFloat16); // Rounded on disk already.
        using var second = Load(ScalarType.BFloat16);

        Assert.Equal(first.BaseHash, second.BaseHash);
        Assert.NotEqual(first.CheckpointHash, second.CheckpointHash);
    }

    [Fact]
    public void Edits_do_not_change_it()
    {
        using var scope = NewDisposeScope();
        Write(seed: 1, ScalarType.Float32);
        using var model = Load(ScalarType.Float16);
        using var delta = new Tensors.LinearAlgebra.DenseDelta(ones(16, 64));
        model.Applied.Apply("edit", [new WeightEffect(model.Transformer.DownProjection(0).Name, delta)]);
        using var whole = Load(ScalarType.Float32);

        Assert.Equal(whole.BaseHash, model.CheckpointHash);
    }

    [Fact]
    public void A_checkpoint_that_changed_since_it_was_loaded_is_refused()
    {
        Write(seed: 1, ScalarType.Float32);
        using var model = Load(ScalarType.BFloat16);
        Write(seed: 2, ScalarType.Float32);

        var failure = Assert.Throws<AmendException>(() => model.CheckpointHash);

        Assert.Equal($"The weights in '{model.Folder}' are no longer those that were loaded ({model.BaseHash[..12]}); load the model again.", failure.Message);
    }

    [Fact]
    public void A_model_in_memory_has_its_base_hash()
    {
        using var model = TinyModels.Gpt2(dtype: ScalarType.BFloat16);

        Assert.Equal(model.BaseHash, model.CheckpointHash);
    }

    private LanguageModel Load(ScalarType type) => LanguageModel.Load(_folder.Path, new LoadOptions { DType = type });

    private void Write(int seed, ScalarType type)
    {
        using var weights = TinyModels.Gpt2Weights(TinyModels.Gpt2Shape(), seed);
        weights.Save(_folder.File("model.safetensors"), type);
    }
}
