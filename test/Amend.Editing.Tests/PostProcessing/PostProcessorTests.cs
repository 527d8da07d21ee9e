using Amend.Editing.PostProcessing;
using Amend.Models;
using Amend.Tensors;
using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Editing.Tests.PostProcessing;

[NoTensorLeaks]
public sealed class PostProcessorTests
{
    private const string Weight = "transformer.h.0.mlp.c_proj.weight";

    [Fact]
    public void Rect_keeps_the_share_that_changes_the_weight_most()
    {
        Process("rect:0.4", scale: 1, (model, update, processed) =>
        {
            var (dense, kept) = (update.ToDense(), ((DenseDelta)processed).Value);
            var relative = (dense / (model.Weights[Weight].Value + 1e-8)).abs();
            var isKept = kept != 0;
            Assert.Equal(Math.Ceiling(0.4 * dense.numel()), isKept.sum().item<long>(), 2.0);
            Assert.True(relative[isKept].min().item<float>() >= relative[~isKept].max().item<float>());
            TensorAssert.Equal("kept", dense[isKept], kept[isKept]);
        });
    }

    [Fact]
    public void Prune_bounds_the_singular_values_by_the_logarithm_above_those_of_the_weight()
    {
        Process("prune", scale: 50, (model, update, processed) =>
        {
            var greatest = linalg.svdvals(model.Weights[Weight].Value)[0].item<float>();
            var before = linalg.svdvals(update.ToDense())[0].item<float>();
            Assert.True(before > greatest);
            Assert.Equal(Math.Log(before / greatest) / Math.Log(1.2) + greatest, linalg.svdvals(((DenseDelta)processed).Value)[0].item<float>(), 1e-3);
        });
    }

    [Fact]
    public void Prune_leaves_a_small_update_as_it_is() =>
        Process("prune", scale: 0.01, (_, update, processed) => TensorAssert.Equal("Δ", update.Left, ((LowRankDelta)processed).Left));

    [Fact]
    public void Sphere_weakens_the_leading_directions_of_the_rows_alone()
    {
        Process("sphere:1", scale: 1, (model, update, processed) =>
        {
            var rows = model.Weights[Weight].Value.to(float64);
            var (_, _, directions) = linalg.svd(rows / rows.norm(1, keepdim: true), fullMatrices: false);
            var dense = ((LowRankDelta)processed).ToDense().to(float64);
            Assert.InRange(dense.matmul(directions[0]).norm().item<double>(), 0, 1e-4 * dense.norm().item<double>());
            var last = directions[-1];
            TensorAssert.CloseRelative("Δ v", update.ToDense().to(float64).matmul(last), dense.matmul(last), 1e-4);
        });
    }

    [Fact]
    public void The_norm_anchor_gives_values_the_norm_of_those_that_they_replace()
    {
        using var scope = NewDisposeScope();
        var (original, delta) = (randn(5, 8), 3 * randn(5, 8));

        var anchored = original + PostProcessors.Parse("norm-anchor").Delta(original, delta);

        TensorAssert.CloseRelative("norms", original.norm(1), anchored.norm(1), 1e-5);
        TensorAssert.CloseRelative("directions", (original + delta) / (original + delta).norm(1, keepdim: true), anchored / anchored.norm(1, keepdim: true), 1e-4);
    }

    [Fact]
    public void Steps_are_done_in_their_order_and_none_changes_nothing()
    {
        Process("sphere, rect:0.5", scale: 1, (_, _, processed) => Assert.IsType<DenseDelta>(processed));
        Process("", scale: 1, (_, update, processed) => TensorAssert.Equal("Δ", update.Right, ((LowRankDelta)processed).Right));
    }

    [Theory]
    [InlineData("rest", "No post-processor is named 'rest' (did you mean rect?); known: rect, prune, norm-anchor, sphere.")]
    [InlineData("sphere,rect:2", "The post-processor 'rect:2' has not a number from 0 to 1; write it as rect:0.4.")]
    [InlineData("rect:x", "The post-processor 'rect:x' has not a number from 0 to 1; write it as rect:0.4.")]
    public void An_unknown_name_and_a_number_out_of_range_are_refused(string setting, string message) =>
        Assert.Equal(message, Assert.Throws<AmendException>(() => PostProcessors.Parse(setting)).Message);

    private static void Process(string setting, double scale, Action<LanguageModel, LowRankDelta, IWeightDelta> check)
    {
        using var model = TinyModels.Gpt2(seed: 4);
        using var scope = NewDisposeScope();
        using var generator = new Generator(7);
        using var update = new LowRankDelta(scale * randn([16, 3], generator: generator), randn([64, 3], generator: generator));
        using var deltas = new DeltaSet();
        deltas.Add(Weight, update.Clone());

        PostProcessors.Parse(setting).Update(model, deltas, default);

        check(model, update, deltas[Weight]);
    }
}
