using Amend.Models;

namespace Amend.Parity.Tests.Checkpoints;

/// <summary>A checkpoint in PyTorch's form is the same model, bit for bit, as its twin in safetensors.</summary>
[NoTensorLeaks]
[Trait("kind", "parity")]
public sealed class PyTorchParityTests
{
    [Fact]
    public void A_state_dict_gives_the_weights_of_its_twin()
    {
        var golden = GoldenCases.At("families/gpt2")[0].Folder;
        using var folder = new TempFolder();
        File.Copy(Path.Combine(golden, "config.json"), folder.File("config.json"));
        File.Copy(Path.Combine(golden, "../../../checkpoints/gpt2_bin/pytorch_model.bin"), folder.File("pytorch_model.bin"));

        using var twin = LanguageModel.Load(golden);
        using var model = LanguageModel.Load(folder.Path);

        Assert.Equal(twin.BaseHash, model.BaseHash);
    }
}
