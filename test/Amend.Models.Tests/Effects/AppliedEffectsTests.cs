using Amend.Models.Configuration;
using Amend.Models.Effects;
using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Models.Tests.Effects;

[NoTensorLeaks]
public sealed class AppliedEffectsTests
{
    private const string First = "transformer.h.0.mlp.c_proj.weight";
    private const string Second = "transformer.h.1.mlp.c_proj.weight";

    [Fact]
    public void Applying_adds_the_product_of_the_factors()
    {
        using var model = TinyModels.Gpt2(seed: 6);
        using var scope = NewDisposeScope();
        var before = model.Weights[First].Value.clone();
        using var delta = Delta(1);

        model.Applied.Apply("a", [new WeightEffect(First, delta)]);

        TensorAssert.Close(First, before + delta.ToDense(), model.Weights[First].Value, 1e-6);
        Assert.Equal(["a"], model.Applied.Ids);
        Assert.True(model.Applied.Contains("a"));
    }

    [Theory]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(256)]
    [InlineData(300)]
    [InlineData(545)]
    public void Of_many_edits_any_is_taken_back_and_the_rest_stand_as_if_it_had_never_been(int edits)
    {
        using var model = TinyModels.Gpt2(seed: 6);
        using var other = TinyModels.Gpt2(seed: 6);
        var random = new Random(edits);
        var ids = Enumerable.Range(0, edits).ToList();
        ids.ForEach(id => Apply(model, id));

        foreach (var place in (int[])[ids.Count - 1, ids.Count - 2, ids.Count / 2, 0, random.Next(ids.Count - 4), random.Next(ids.Count - 5)])
        {
            model.Applied.Revert($"{ids[place]}");
            ids.RemoveAt(place);
        }

        Apply(model, edits);
        foreach (var id in ids.Append(edits))
            Apply(other, id);
        Assert.Equal(other.Weights.Hash(), model.Weights.Hash());
        model.Applied.RevertAll();
        Assert.Equal(model.BaseHash, model.Weights.Hash());

        static void Apply(LanguageModel to, int id)
        {
            using var delta = Delta(id);
            to.Applied.Apply($"{id}", [new WeightEffect(First, delta)]);
        }
    }

    [Fact]
    public void What_edits_leave_to_later_ones_comes_and_goes_with_them_in_their_order()
    {
        using var model = TinyModels.Gpt2(seed: 6);
        using var scope = NewDisposeScope();
        using var delta = Delta(1);
        using var keys = Memory(First, "keys", ones(64, 2));
        using var others = Memory(First, "keys", 2 * ones(64, 3));
        using var elsewhere = Memory(Second, "moments", ones(3, dtype: float64));

        model.Applied.Apply("a", [new WeightEffect(First, delta), keys]);
        model.Applied.Apply("b", [others, elsewhere]);

        Assert.Equal([2L, 3], model.Applied.MemoriesOf(First, "keys").Select(memory => memory.Values["value"].shape[1]));
        Assert.Empty(model.Applied.MemoriesOf(Second, "keys"));
        Assert.Equal(ScalarType.Float64, Assert.Single(model.Applied.MemoriesOf(Second, "moments")).Values["value"].dtype);
        model.Applied.Revert("a");
        TensorAssert.Equal("keys", 2 * ones(64, 3), Assert.Single(model.Applied.MemoriesOf(First, "keys")).Values["value"]);
        model.Applied.RevertAll();
        Assert.Empty(model.Applied.MemoriesOf(First, "keys"));
    }

    [Fact]
    public void An_edit_that_changes_no_weight_is_applied_and_taken_back_like_any_other()
    {
        using var model = TinyModels.Gpt2(seed: 6);
        using var scope = NewDisposeScope();
        using var memory = Memory(First, "keys", ones(64, 2));
        scope.Dispose(); // What is applied needs no scope of the caller's.

        model.Applied.Apply("a", [memory]);

        Assert.Equal(["a"], model.Applied.Ids);
        Assert.Equal(model.BaseHash, model.Weights.Hash());
        model.Applied.Revert("a");
        Assert.False(model.Applied.Contains("a"));
        Assert.Throws<InvalidOperationException>(() => model.Applied.Revert("a"));
    }

    [Fact]
    public void The_base_of_an_edited_weight_stays_known()
    {
        using var model = TinyModels.Gpt2(seed: 6);
        using var scope = NewDisposeScope();
        var before = model.Weights[First].Value.clone();

        ApplyAll(model, ["a", "b"]);

        Assert.NotEqual(model.BaseHash, model.Weights.Hash());
        TensorAssert.Equal(First, before, model.Applied.BaseOf(First));
        model.Applied.RevertAll();
        TensorAssert.Equal(First, before, model.Applied.BaseOf(First));
    }

    [Theory]
    [InlineData("a", "b", "c")]
    [InlineData("a", "c", "b")]
    [InlineData("b", "a", "c")]
    [InlineData("b", "c", "a")]
    [InlineData("c", "a", "b")]
    [InlineData("c", "b", "a")]
    public void Edits_revert_in_any_order_to_what_the_others_alone_give_and_at_last_to_the_bytes_of_the_base(params string[] order)
    {
        using var model = TinyModels.Gpt2(seed: 6);
        var remaining = new List<string> { "a", "b", "c" };
        ApplyAll(model, remaining);
        Assert.NotEqual(model.BaseHash, model.Weights.Hash());

        foreach (var id in order)
        {
            model.Applied.Revert(id);
            remaining.Remove(id);

            using var fresh = TinyModels.Gpt2(seed: 6);
            ApplyAll(fresh, remaining);
            Assert.Equal(fresh.Weights.Hash(), model.Weights.Hash());
            Assert.Equal(remaining, model.Applied.Ids);
        }

        Assert.Equal(model.BaseHash, model.Weights.Hash());
    }

    [Fact]
    public void Reverting_all_gives_the_bytes_of_the_base()
    {
        using var model = TinyModels.Gpt2(seed: 6);
        ApplyAll(model, ["a", "b", "c"]);

        model.Applied.RevertAll();

        Assert.Empty(model.Applied.Ids);
        Assert.Equal(model.BaseHash, model.Weights.Hash());
        ApplyAll(model, ["a"]);
        Assert.Equal(["a"], model.Applied.Ids);
    }

    [Fact]
    public void Half_precision_weights_revert_bit_for_bit()
    {
        using var model = TinyModels.Gpt2(seed: 6, dtype: ScalarType.Float16);
        ApplyAll(model, ["a", "b"]);

        model.Applied.Revert("a");
        model.Applied.Revert("b");

        Assert.Equal(model.BaseHash, model.Weights.Hash());
    }

    [Theory]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Float16)]
    public void Edits_below_the_rounding_of_half_precision_add_up_and_come_off_bit_for_bit(ScalarType dtype)
    {
        using var model = TinyModels.Gpt2(seed: 6, dtype: dtype);
        using var scope = NewDisposeScope();
        var weight = model.Weights[First].Value;
        var before = weight.clone();
        // Far below half a step of the type at the smallest weight that counts.
        using var tiny = new DenseDelta(before.to(ScalarType.Float32) * 1e-4);
        using var lost = before.clone();
        for (var i = 0; i < 200; i++)
        {
            tiny.AddTo(lost);
            model.Applied.Apply($"{i}", [new WeightEffect(First, tiny)]);
        }

        TensorAssert.Equal("added to the weight itself", before, lost);
        TensorAssert.Equal("summed and rounded once", Sum(200), weight);
        for (var i = 0; i < 200; i += 2)
            model.Applied.Revert($"{i}");
        TensorAssert.Equal("half of them", Sum(100), weight);
        model.Applied.RevertAll();
        Assert.Equal(model.BaseHash, model.Weights.Hash());

        Tensor Sum(int count) => (before.to(ScalarType.Float64) + (count * tiny.Value.to(ScalarType.Float64))).to(dtype);
    }

    [Fact]
    public void A_dense_delta_changes_a_bias_and_is_taken_back_beside_a_low_rank_one()
    {
        const string Bias = "transformer.h.0.mlp.c_proj.bias";
        using var model = TinyModels.Gpt2(seed: 6);
        using var scope = NewDisposeScope();
        var before = model.Weights[Bias].Value.clone();
        using var change = new DenseDelta(ones(16));
        ApplyAll(model, ["a"]);
        var with = model.Weights.Hash();

        model.Applied.Apply("d", [new WeightEffect(Bias, change)]);

        TensorAssert.Equal(Bias, before + 1, model.Weights[Bias].Value);
        model.Applied.Revert("d");
        Assert.Equal(with, model.Weights.Hash());
        model.Applied.Revert("a");
        Assert.Equal(model.BaseHash, model.Weights.Hash());
    }

    [Fact]
    public void Many_edits_and_reverts_leave_no_trace()
    {
        using var model = TinyModels.Gpt2(seed: 6);
        var random = new Random(1);
        var applied = new List<string>();
        for (var step = 0; step < 60; step++)
        {
            if (applied.Count > 0 && random.Next(2) == 0)
            {
                var id = applied[random.Next(applied.Count)];
                model.Applied.Revert(id);
                applied.Remove(id);
            }
            else
            {
                using var delta = Delta(step);
                applied.Add($"edit {step}");
                model.Applied.Apply(applied[^1], [new WeightEffect(step % 2 == 0 ? First : Second, delta)]);
            }
        }

        Assert.Equal(applied, model.Applied.Ids);
        model.Applied.RevertAll();

        Assert.Equal(model.BaseHash, model.Weights.Hash());
    }

    [Theory]
    [InlineData(Second, 64, 16, "is [16,64]")]
    [InlineData("transformer.ln_f.bias", 16, 64, "is [16]")]
    [InlineData("transformer.h.9.mlp.c_proj.weight", 16, 64, "has no weight")]
    public void A_delta_that_fits_no_weight_is_refused_and_nothing_is_changed(string name, int outputs, int inputs, string part)
    {
        using var model = TinyModels.Gpt2(seed: 6);
        using var fits = Delta(1);
        using var fitsNot = Delta(2, outputs, inputs);
        IEditEffect[] effects = [new WeightEffect(First, fits), new WeightEffect(name, fitsNot)];

        var error = Assert.Throws<ModelFormatException>(() => model.Applied.Apply("a", effects));

        Assert.Contains(name, error.Message, StringComparison.Ordinal);
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
        Assert.Empty(model.Applied.Ids);
        Assert.Equal(model.BaseHash, model.Weights.Hash());
    }

    [Fact]
    public void An_edit_that_fails_half_way_is_taken_back_as_a_whole()
    {
        using var model = TinyModels.Gpt2(seed: 6);
        ApplyAll(model, ["a"]);
        var before = model.Weights.Hash();
        using var first = Delta(1);

        IEditEffect[] effects = [new WeightEffect(First, first), new WeightEffect(Second, new Failing())];
        Assert.Throws<TimeoutException>(() => model.Applied.Apply("b", effects));

        Assert.Equal(["a"], model.Applied.Ids);
        Assert.Equal(before, model.Weights.Hash());
        model.Applied.Revert("a");
        Assert.Equal(model.BaseHash, model.Weights.Hash());
    }

    [Fact]
    public void An_edit_is_applied_once_and_reverted_once()
    {
        using var model = TinyModels.Gpt2(seed: 6);
        ApplyAll(model, ["a", "b"]);

        var twice = Assert.Throws<InvalidOperationException>(() => ApplyAll(model, ["a"]));
        var unknown = Assert.Throws<InvalidOperationException>(() => model.Applied.Revert("z"));

        Assert.Equal("Edit 'a' is applied already; revert it before applying it again.", twice.Message);
        Assert.Equal("Edit 'z' is not applied; applied: a, b.", unknown.Message);
    }

    /// <summary>Edits a, b and c: a and c touch both weights, b the first; their factors are gone when this returns.</summary>
    private static void ApplyAll(LanguageModel model, IEnumerable<string> ids)
    {
        foreach (var id in ids)
        {
            using var first = Delta(id[0]);
            using var second = Delta(id[0] + 1000);
            var ofFirst = new WeightEffect(First, first);
            model.Applied.Apply(id, id == "b" ? [ofFirst] : [ofFirst, new WeightEffect(Second, second)]);
        }
    }

    private static MemoryEffect Memory(string weight, string name, Tensor value) =>
        new(weight, name, new Dictionary<string, Tensor> { ["value"] = value });

    private static LowRankDelta Delta(int seed, long outputs = 16, long inputs = 64)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)seed, CPU);
        return new LowRankDelta(randn([outputs, 2], generator: generator), randn([inputs, 2], generator: generator));
    }

    private sealed class Failing : IWeightDelta
    {
        public IReadOnlyList<long> Shape => [16, 64];

        public void AddTo(Tensor weight) => throw new TimeoutException("It is not added.");

        public Tensor Rows(long from, long count) => throw new TimeoutException("It is not added.");

        public double FrobeniusNorm() => 0;

        public IWeightDelta Clone() => this;

        public void Dispose()
        {
        }
    }
}
