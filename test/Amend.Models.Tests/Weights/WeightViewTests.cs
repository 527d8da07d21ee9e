using Amend.Models.Configuration;
using Amend.Models.Effects;
using Amend.Models.Passes;
using Amend.Models.Shapes;
using Amend.Models.Taps;
using Amend.Tensors;
using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Models.Tests.Weights;

[NoTensorLeaks]
public sealed class WeightViewTests : IDisposable
{
    private const string Down = "transformer.h.1.mlp.c_proj.weight";
    private const string Tokens = "transformer.wte.weight";
    private readonly LanguageModel _model = TinyModels.Gpt2(seed: 6);

    public void Dispose() => _model.Dispose();

    [Fact]
    public void What_is_put_is_read_by_all_layers_that_have_the_parameter()
    {
        using var scope = NewDisposeScope();
        var other = _model.Weights[Tokens].Value * 0.5;
        var (before, embedded) = (_model.Logits(Batch()), _model.Decoder.Embed(Batch().Ids, zeros(1, 3, dtype: ScalarType.Int64)));

        using var view = _model.View().Put(Tokens, other);
        var (within, halved) = (_model.Logits(Batch()), _model.Decoder.Embed(Batch().Ids, zeros(1, 3, dtype: ScalarType.Int64)));

        // The table is the embedding's and the tied head's.
        Assert.False((embedded == halved).any().item<bool>());
        _model.Weights[Tokens].Value.copy_(other);
        view.Dispose();
        TensorAssert.Equal("logits", _model.Logits(Batch()), within);
        Assert.False((before == within).all().item<bool>());
    }

    [Fact]
    public void The_caller_may_dispose_what_it_put()
    {
        using var scope = NewDisposeScope();
        using var other = _model.Weights[Down].Value * 2;
        using var view = _model.View().Put(Down, other);
        var expected = _model.Logits(Batch());

        other.Dispose();

        TensorAssert.Equal("logits", expected, _model.Logits(Batch()));
    }

    [Fact]
    public void Changes_add_up_within_a_view_and_over_the_view_below()
    {
        using var scope = NewDisposeScope();
        var change = ones_like(_model.Weights[Down].Value) * 0.01;
        using var below = _model.View().Add(Down, change).Add(Down, change);
        using var above = _model.View().Add(Down, change);
        var found = _model.Logits(Batch());
        above.Dispose();
        below.Dispose();

        using var expected = _model.View().Add(Down, change * 3);

        TensorAssert.Close("logits", _model.Logits(Batch()), found, 1e-5);
    }

    [Fact]
    public void Another_name_shape_or_type_is_refused()
    {
        using var scope = NewDisposeScope();
        using var view = _model.View();

        Assert.Throws<ModelFormatException>(() => view.Put("no.such.weight", ones(1)));
        var shape = Assert.Throws<ArgumentException>(() => view.Put(Down, ones(2, 3)));
        Assert.StartsWith(
            $"A Float32 [2,3] was given for '{Down}', which is Float32 [16,64]; give a tensor of its shape and type.",
            shape.Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => view.Put(Down, _model.Weights[Down].Value.to(float16)));
        var change = Assert.Throws<ArgumentException>(() => view.Add(Down, ones(64, 16)));
        Assert.StartsWith($"A change of [64,16] was given for '{Down}'", change.Message, StringComparison.Ordinal);
        Assert.Throws<AmendException>(() => view.Adapt("transformer.ln_f.weight", null));
    }

    [Fact]
    public void Threads_that_ask_at_once_each_see_their_own_view()
    {
        using var scope = NewDisposeScope();
        var atBase = _model.Logits(Batch());
        Apply("first", 0.02);
        var afterFirst = _model.Logits(Batch());
        Apply("second", -0.05);
        var afterBoth = _model.Logits(Batch());
        using var both = new Barrier(3);

        bool IsSame(Tensor expected, string[]? ids)
        {
            using var inner = NewDisposeScope();
            using var view = ids is null ? null : _model.Applied.View(ids);
            var isSame = true;
            for (var turn = 0; turn < 20; turn++)
            {
                both.SignalAndWait();
                isSame &= (_model.Logits(Batch()) == expected).all().item<bool>();
            }

            return isSame;
        }

        Task<bool>[] askers =
        [
            Task.Factory.StartNew(() => IsSame(atBase, []), TaskCreationOptions.LongRunning),
            Task.Factory.StartNew(() => IsSame(afterFirst, ["first"]), TaskCreationOptions.LongRunning),
            Task.Factory.StartNew(() => IsSame(afterBoth, null), TaskCreationOptions.LongRunning),
        ];

        Assert.Equal([true, true, true], askers.Select(asker => asker.GetAwaiter().GetResult()));
        _model.Applied.RevertAll();
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    public void A_view_as_of_some_edits_is_what_reverting_the_others_gives_bit_for_bit(ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        using var model = TinyModels.Gpt2(seed: 6, dtype: dtype);
        foreach (var (id, size) in new[] { ("a", 0.011), ("b", 0.0007), ("c", -0.02) })
            Apply(model, id, size);
        Tensor within;
        using (model.Applied.View("c", "a"))
            within = model.Logits(Batch());

        model.Applied.Revert("b");

        TensorAssert.Equal("logits", model.Logits(Batch()), within);
        Assert.Equal("Edit 'b' is not applied; applied: a, c.", Assert.Throws<InvalidOperationException>(() => model.Applied.View("b")).Message);
    }

    [Fact]
    public void No_edit_is_applied_or_taken_back_while_a_view_is_open()
    {
        using var scope = NewDisposeScope();
        Apply("first", 0.02);
        var hash = _model.Weights.Hash();
        using (_model.View())
        {
            Assert.Throws<InvalidOperationException>(() => Apply("second", 0.02));
            Assert.Throws<InvalidOperationException>(() => _model.Applied.RevertAll());
            var error = Assert.Throws<InvalidOperationException>(() => _model.Applied.Revert("first"));
            Assert.Equal(
                "An edit was to be applied or taken back while 1 views of the model are open, which read its weights; close them first.",
                error.Message);
        }

        Assert.Equal(["first"], _model.Applied.Ids);
        Assert.Equal(hash, _model.Weights.Hash());
        _model.Applied.Revert("first");
        Assert.Equal(_model.BaseHash, _model.Weights.Hash());
    }

    [Fact]
    public void A_view_has_adaptors_of_its_own()
    {
        using var scope = NewDisposeScope();
        var taps = _model.Transformer.Taps;
        var plain = _model.Logits(Batch());
        taps.SetAdaptor(Down, new Scaling(3));
        var adapted = _model.Logits(Batch());

        using (_model.View().Adapt(Down, null))
        {
            Assert.False(taps.HasAdaptors);
            TensorAssert.Equal("without", plain, _model.Logits(Batch()));
        }

        using (_model.View().Adapt(Down, new Scaling(1)))
            TensorAssert.Equal("with another", plain, _model.Logits(Batch()));
        Assert.True(taps.HasAdaptors);
        TensorAssert.Equal("after", adapted, _model.Logits(Batch()));
        Assert.False((plain == adapted).all().item<bool>());
    }

    private void Apply(string id, double size) => Apply(_model, id, size);

    private static void Apply(LanguageModel model, string id, double size)
    {
        using var scope = NewDisposeScope();
        using var effect = new WeightEffect(Down, new DenseDelta(full(16, 64, size, dtype: float32)));
        model.Applied.Apply(id, [effect]);
    }

    private static TokenBatch Batch() => TokenBatch.Pad([[3, 14, 15]], 0);

    private sealed class Scaling(double factor) : IAdaptor
    {
        public Tensor Adapt(Tensor input, Tensor output, AttentionScope? pass) => output * factor;
    }
}
