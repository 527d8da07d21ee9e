using Amend.Models.Effects;
using Amend.Models.Passes;
using Amend.Models.Shapes;
using Amend.Models.Taps;
using Amend.Tensors;
using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Models.Tests.Effects;

/// <summary>Edits that change what a layer gives out, with a small codebook whose entries part the space between them.</summary>
[NoTensorLeaks]
public sealed class AdaptorEffectTests : IDisposable
{
    private const string First = "transformer.h.0.mlp.c_proj.weight";
    private const string Second = "transformer.h.1.attn.c_attn.weight";
    private static readonly string[] Ids = ["a", "b", "c"];
    private readonly LanguageModel _model = TinyModels.Gpt2(seed: 6);

    public static TheoryData<string> Orders => ["abc", "acb", "bac", "bca", "cab", "cba"];

    public void Dispose() => _model.Dispose();

    [Theory]
    [MemberData(nameof(Orders))]
    public void Taking_edits_back_in_any_order_replays_those_that_remain(string order)
    {
        using var scope = NewDisposeScope();
        var plain = Logits(_model);
        ApplyAll(_model, Ids);
        var remaining = Ids.ToList();

        foreach (var id in order.Select(letter => $"{letter}"))
        {
            Assert.True(_model.Applied.HasAdaptors);
            _model.Applied.Revert(id);
            remaining.Remove(id);
            TensorAssert.Equal(id, With(remaining), Logits(_model));
        }

        Assert.False(_model.Applied.HasAdaptors);
        TensorAssert.Equal("base", plain, Logits(_model));
        Assert.Equal(_model.BaseHash, _model.Weights.Hash());
    }

    [Fact]
    public void What_the_effects_fold_into_depends_on_their_order()
    {
        using var scope = NewDisposeScope();

        Assert.False((With(["a", "b", "c"]) == With(["c", "a", "b"])).all().item<bool>());
    }

    [Fact]
    public void A_view_has_the_adaptors_of_its_edits_alone_and_frees_them()
    {
        using var scope = NewDisposeScope();
        ApplyAll(_model, Ids);
        var all = Logits(_model);

        foreach (var ids in new string[][] { [], ["a"], ["a", "c"], ["b", "c"], Ids })
        {
            using var view = _model.Applied.View(ids);
            TensorAssert.Equal(string.Join(" ", ids), With(ids), Logits(_model));
        }

        TensorAssert.Equal("after", all, Logits(_model));
        _model.Applied.RevertAll();
    }

    [Fact]
    public void An_effect_that_is_for_no_linear_layer_or_cannot_be_folded_leaves_everything_as_it_was()
    {
        using var scope = NewDisposeScope();
        ApplyAll(_model, ["a"]);
        var (before, hash) = (Logits(_model), _model.Weights.Hash());
        using var delta = new DenseDelta(ones(16, 64));
        using var astray = new Entry("transformer.ln_f.bias", 0, ones(16));
        using var impossible = new Entry(First, double.NaN, ones(16));

        var failure = Assert.ThrowsAny<AmendException>(() => _model.Applied.Apply("b", [new WeightEffect(First, delta), astray]));
        Assert.Throws<TimeoutException>(() => _model.Applied.Apply("b", [new WeightEffect(First, delta), impossible]));

        Assert.Contains("'transformer.ln_f.bias' was asked as a linear layer", failure.Message, StringComparison.Ordinal);
        Assert.Equal(["a"], _model.Applied.Ids);
        Assert.Equal(hash, _model.Weights.Hash());
        TensorAssert.Equal("as before", before, Logits(_model));
        _model.Applied.RevertAll();
        Assert.False(_model.Applied.HasAdaptors);
        Assert.Equal(_model.BaseHash, _model.Weights.Hash());
    }

    private static Tensor Logits(LanguageModel model) => model.NextLogits(TokenBatch.Pad([[5, 9, 3, 12], [7, 1, 30]], padding: 0, CPU));

    /// <summary>What a fresh model says with some of the edits.</summary>
    private static Tensor With(IEnumerable<string> ids)
    {
        using var fresh = TinyModels.Gpt2(seed: 6);
        ApplyAll(fresh, ids);
        return Logits(fresh);
    }

    /// <summary>Edits a, b and c: all have an entry at the first layer, b one at the second too, and c changes the first layer's weight.</summary>
    private static void ApplyAll(LanguageModel model, IEnumerable<string> ids)
    {
        using var scope = NewDisposeScope();
        foreach (var id in ids)
        {
            using var first = new Entry(First, id[0] - 'a', linspace(1, id[0] - '`', 16));
            using var second = new Entry(Second, 0.5, ones(48));
            using var change = new WeightEffect(First, new DenseDelta(0.1 * ones(16, 64)));
            IEditEffect[] effects = id switch
            {
                "b" => [first, second],
                "c" => [change, first],
                _ => [first],
            };
            model.Applied.Apply(id, effects);
        }
    }

    private sealed class Entry(string weight, double key, Tensor value) : IAdaptorEffect
    {
        public string Weight { get; } = weight;

        public double Key { get; } = key;

        public Tensor Value { get; } = value.clone().DetachFromDisposeScope();

        public IAdaptor Fold(IAdaptor? before)
        {
            if (double.IsNaN(Key))
                throw new TimeoutException("It is not folded.");
            var codebook = before as Codebook ?? new Codebook();
            codebook.Add(this);
            return codebook;
        }

        public IEditEffect Clone() => new Entry(Weight, Key, Value);

        public void Dispose() => Value.Dispose();
    }

    /// <summary>Adds values by the distance of the input's mean to their keys; a new entry halves the way to each that it overlaps.</summary>
    private sealed class Codebook : IAdaptor, IDisposable
    {
        private readonly List<(double Key, double Radius, Tensor Value)> _entries = [];

        public void Add(Entry entry)
        {
            var radius = 4.0;
            for (var i = 0; i < _entries.Count; i++)
            {
                var (key, reach, value) = _entries[i];
                var apart = Math.Abs(key - entry.Key);
                if (apart >= reach + radius)
                    continue;
                _entries[i] = (key, apart / 2, value);
                radius = apart / 2;
            }

            _entries.Add((entry.Key, radius, entry.Value.clone().DetachFromDisposeScope()));
        }

        public Tensor Adapt(Tensor input, Tensor output, AttentionScope? pass)
        {
            using var scope = NewDisposeScope();
            var place = input.mean([-1], keepdim: true);
            foreach (var (key, radius, value) in _entries)
                output = output + ((place - key) / radius).square().neg().exp() * value;
            return output.MoveToOuterDisposeScope();
        }

        public void Dispose() => _entries.ForEach(entry => entry.Value.Dispose());
    }
}
