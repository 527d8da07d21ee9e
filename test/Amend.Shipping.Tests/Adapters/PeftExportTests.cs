using Amend.Shipping.Exporting;
using Amend.Tensors;
using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Shipping.Tests.Adapters;

[NoTensorLeaks]
public sealed class PeftExportTests
{
    private const string Down1 = "model.layers.1.mlp.down_proj";
    private const string Down3 = "model.layers.3.mlp.down_proj";

    private static string Llama => GoldenCases.At("families/llama_gqa")[0].Folder;

    [Fact]
    public void Several_edits_of_a_weight_stand_beside_each_other()
    {
        using var scope = NewDisposeScope();
        using var fixture = new ExportFixture(
            Llama,
            [(Weight(Down1), ExportFixture.Factors(32, 88, 1, seed: 1))],
            [(Weight(Down1), ExportFixture.Factors(32, 88, 2, seed: 2)), (Weight(Down3), ExportFixture.Factors(32, 88, 1, seed: 3))]);

        var outcome = fixture.Export("lora");

        var adapter = new WrittenAdapter(fixture.Target);
        Assert.Equal([Down1, Down3], adapter.Modules);
        Assert.Equal([3L, 1L], outcome.Changed.Select(weight => weight.Rank!.Value));
        foreach (var module in adapter.Modules)
        {
            var meant = fixture.Edits.On(Weight(module)).Cast<LowRankDelta>().Select(delta => delta.Left.to(float64).matmul(delta.Right.to(float64).t())).Aggregate((sum, one) => sum + one);
            Assert.InRange((adapter.Change(module) - meant).norm().item<double>() / meant.norm().item<double>(), 0, 1e-12);
        }
    }

    [Fact]
    public void Two_hundred_edits_are_two_hundred_ranks()
    {
        using var fixture = new ExportFixture(
            Llama, [.. Enumerable.Range(0, 200).Select(seed => new (string, IWeightDelta)[] { (Weight(Down1), ExportFixture.Factors(32, 88, 1, seed)) })]);

        var outcome = fixture.Export("lora");

        Assert.Equal(200, Assert.Single(outcome.Changed).Rank);
        Assert.Equal(200, outcome.Edits.Count);
    }

    [Fact]
    public void A_change_without_factors_is_refused_or_cut_to_its_largest_singular_values()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(5);
        var change = randn([32, 88], generator: generator);
        using var fixture = new ExportFixture(Llama, [[(Weight(Down1), new DenseDelta(change))]]);

        var failure = Assert.Throws<AmendException>(() => fixture.Export("lora"));
        var outcome = fixture.Export("lora", new ExportOptions { Rank = 8 });

        Assert.Contains("--rank", failure.Message, StringComparison.Ordinal);
        var values = linalg.svdvals(change.to(float64)).data<double>().ToArray();
        var lost = Math.Sqrt(values.Skip(8).Sum(value => value * value) / values.Sum(value => value * value));
        Assert.Equal(lost, Assert.Single(outcome.Changed).Rounding, 1e-6);
        var off = (new WrittenAdapter(fixture.Target).Change(Down1) - change.to(float64)).norm() / change.to(float64).norm();
        Assert.Equal(lost, off.item<double>(), 1e-6);
    }

    [Fact]
    public void A_bias_has_no_place_in_an_adapter()
    {
        using var fixture = new ExportFixture(
            GoldenCases.At("families/gpt2")[0].Folder, [[("transformer.h.0.mlp.c_proj.bias", Ones(32))]]);

        var failure = Assert.Throws<AmendException>(() => fixture.Export("lora", new ExportOptions { Rank = 4 }));

        Assert.Contains("'transformer.h.0.mlp.c_proj.bias' is changed, which is no matrix", failure.Message, StringComparison.Ordinal);
        Assert.False(Path.Exists(fixture.Target));
    }

    private static string Weight(string module) => $"{module}.weight";

    private static DenseDelta Ones(long size)
    {
        using var value = ones(size);
        return new DenseDelta(value);
    }
}
