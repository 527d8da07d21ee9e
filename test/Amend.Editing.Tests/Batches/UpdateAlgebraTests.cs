using Amend.Editing.Editors.AlphaEdit;
using Amend.Editing.Editors.Emmet;
using Amend.Editing.Editors.Memit;
using Amend.Editing.Editors.Rome;
using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Editing.Tests.Batches;

/// <summary>What the closed forms must satisfy on drawn keys, residuals and second moments.</summary>
[NoTensorLeaks]
[Trait("kind", "property")]
public sealed class UpdateAlgebraTests
{
    private const int Draws = 20;
    private const int KeyWidth = 24;
    private const int Width = 12;

    /// <summary>Closed-form algebra in float64, over the largest value.</summary>
    private const double Tolerance = 1e-6;

    [Fact]
    public void Memit_with_one_request_and_hardly_any_weight_on_the_identity_is_the_least_norm_solution() => Each(draw =>
    {
        var (key, residual) = (draw.Keys(1), draw.Residuals(1));

        var right = MemitUpdate.Right(key, [], eye(KeyWidth, dtype: ScalarType.Float64), 1e-7);

        TensorAssert.CloseRelative("Δ", residual.matmul(key.t()) / key.square().sum(), residual.matmul(right.t()), Tolerance);
    });

    [Fact]
    public void Memit_with_the_blocks_of_a_second_moment_is_memit_with_the_whole_of_it() => Each(draw =>
    {
        Tensor[] blocks = [.. Enumerable.Range(0, 3).Select(block => draw.Moment().narrow(0, 8 * block, 8).narrow(1, 8 * block, 8))];
        var (keys, past) = (draw.Keys(4), draw.Keys(3));

        var right = MemitUpdate.RightOfBlocks(keys, [past], stack(blocks), 2);

        TensorAssert.CloseRelative("Δ", MemitUpdate.Right(keys, [past], block_diag(blocks), 2), right, Tolerance);
    });

    [Fact]
    public void Emmet_with_one_key_is_rome() => Each(draw =>
    {
        var (key, residual) = (draw.Keys(1), draw.Residuals(1));
        using var moment = SpdMatrix.Factor(draw.Moment());

        var right = EmmetUpdate.Right(key, moment.Solve(key) / 7, ridge: 0.1);

        var direction = RomeUpdate.Direction(key.squeeze(1), moment);
        var rome = outer(residual.squeeze(1) / key.squeeze(1).dot(direction), direction);
        TensorAssert.CloseRelative("Δ", rome, residual.matmul(right.t()), Tolerance);
    });

    [Fact]
    public void Emmet_without_a_ridge_maps_every_key_to_its_value() => Each(draw =>
    {
        var (keys, residuals) = (draw.Keys(5), draw.Residuals(5));
        using var moment = SpdMatrix.Factor(draw.Moment());

        var right = EmmetUpdate.Right(keys, moment.Solve(keys), ridge: 0);

        TensorAssert.CloseRelative("Δ K", residuals, residuals.matmul(right.t()).matmul(keys), Tolerance);
    });

    [Fact]
    public void A_sequence_of_batches_with_the_keys_of_earlier_ones_is_one_batch() => Each(draw =>
    {
        // Values are fixed: the second batch writes what is still missing after the first.
        var (keys, wanted, moment) = (draw.Keys(6), draw.Residuals(6), draw.Moment());
        var (first, second) = (keys.narrow(1, 0, 4), keys.narrow(1, 4, 2));

        var one = wanted.matmul(MemitUpdate.Right(keys, [], moment, 3).t());
        var before = wanted.narrow(1, 0, 4).matmul(MemitUpdate.Right(first, [], moment, 3).t());
        var missing = wanted.narrow(1, 4, 2) - before.matmul(second);
        var both = before + missing.matmul(MemitUpdate.Right(second, [first], moment, 3).t());

        TensorAssert.CloseRelative("Δ", one, both, Tolerance);
    });

    [Fact]
    public void Alphaedit_leaves_keys_outside_the_null_space_where_they_are() => Each(draw =>
    {
        var (keys, residuals) = (draw.Keys(5), draw.Residuals(5));
        var (_, vectors) = linalg.eigh(draw.Moment());
        using var space = NullSpace.Below(draw.Moment(), threshold: draw.MiddleEigenvalue());
        var kept = vectors.narrow(1, space.Dimensions, KeyWidth - space.Dimensions);

        var update = residuals.matmul(AlphaEditUpdate.Right(keys, [], space, 0.1).t());

        Assert.InRange(space.Dimensions, 1, KeyWidth - 1);
        Assert.InRange((update.matmul(kept).norm() / update.norm()).item<double>(), 0, 1e-10);
    });

    [Fact]
    public void Alphaedit_moves_the_keys_of_the_text_by_no_more_than_the_threshold_allows() => Each(draw =>
    {
        var (keys, residuals, moment, threshold) = (draw.Keys(5), draw.Residuals(5), draw.Moment(), draw.MiddleEigenvalue());
        using var space = NullSpace.Below(moment, threshold);

        var update = residuals.matmul(AlphaEditUpdate.Right(keys, [], space, 0.1).t());

        // PCP is at most the threshold, so the mean of ‖Δk‖² over the text's keys, tr(ΔCΔᵀ), is at most threshold · ‖Δ‖².
        var moved = update.matmul(moment).mul(update).sum().sqrt() / update.norm();
        Assert.InRange(moved.item<double>(), 0, Math.Sqrt(threshold) * (1 + 1e-9));
    });

    [Fact]
    public void Alphaedit_solves_the_system_of_its_authors() => Each(draw =>
    {
        var (keys, residuals, earlier) = (draw.Keys(5), draw.Residuals(5), draw.Keys(3));
        using var space = NullSpace.Below(draw.Moment(), threshold: draw.MiddleEigenvalue());

        var update = residuals.matmul(AlphaEditUpdate.Right(keys, [earlier], space, 0.1).t());

        var system = space.Projector.matmul(keys.matmul(keys.t()) + earlier.matmul(earlier.t())) + (0.1 * eye(KeyWidth, dtype: ScalarType.Float64));
        TensorAssert.CloseRelative("Δ", linalg.solve(system, space.Projector.matmul(keys).matmul(residuals.t())).t(), update, Tolerance);
    });

    private static void Each(Action<Draw> check)
    {
        for (var seed = 0; seed < Draws; seed++)
        {
            using var scope = NewDisposeScope();
            using var generator = new Generator((ulong)seed);
            check(new Draw(generator));
        }
    }

    private sealed class Draw(Generator generator)
    {
        private readonly Tensor _sample = randn([KeyWidth, 4 * KeyWidth], ScalarType.Float64, generator: generator);

        public Tensor Keys(int count) => randn([KeyWidth, count], ScalarType.Float64, generator: generator);

        public Tensor Residuals(int count) => randn([Width, count], ScalarType.Float64, generator: generator);

        public Tensor Moment() => _sample.matmul(_sample.t()) / (4 * KeyWidth);

        public double MiddleEigenvalue() => linalg.eigvalsh(Moment())[KeyWidth / 2].item<double>();
    }
}
