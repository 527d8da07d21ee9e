using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Tensors.Tests.LinearAlgebra;

[NoTensorLeaks]
public sealed class SpdMatrixTests
{
    /// <summary>Two float64 solvers of systems with condition numbers up to 10^4.</summary>
    private const double SolverTolerance = 1e-9;

    [Theory]
    [InlineData(1, 1)]
    [InlineData(8, 3)]
    [InlineData(64, 64)]
    [InlineData(700, 5)]
    public void A_solution_equals_the_direct_one(long size, long columns)
    {
        using var scope = NewDisposeScope();
        var matrix_FF = RandomSpd(size, seed: size);
        var rhs_FN = randn([size, columns], ScalarType.Float64, generator: Seeded(7));

        using var spd = SpdMatrix.Factor(matrix_FF);
        var solution_FN = spd.Solve(rhs_FN);

        var direct_FN = linalg.solve(matrix_FF, rhs_FN);
        Assert.Equal(size, spd.Size);
        Assert.True(allclose(direct_FN, solution_FN, SolverTolerance, SolverTolerance));
    }

    [Fact]
    public void The_blocks_of_a_diagonal_solve_as_the_whole_matrix_with_a_ridge_of_their_own()
    {
        using var scope = NewDisposeScope();
        Tensor[] blocks = [.. Enumerable.Range(1, 3).Select(scale => scale * (ones(4, 4, ScalarType.Float64) + eye(4, dtype: ScalarType.Float64)))];
        using var spd = SpdMatrix.Factor(stack(blocks), ridge: 0.5);
        Tensor[] ridged = [.. blocks.Select(block => block + (0.5 * block[0, 0] * eye(4, dtype: ScalarType.Float64)))];
        var sides_FN = arange(36, ScalarType.Float64).view(12, 3);

        Assert.Equal(12, spd.Size);
        TensorAssert.CloseRelative("X", linalg.solve(block_diag(ridged), sides_FN), spd.Solve(sides_FN), 1e-12);
        TensorAssert.CloseRelative("x", spd.Solve(sides_FN).select(1, 1), spd.Solve(sides_FN.select(1, 1)), 1e-12);
    }

    [Fact]
    public void One_block_that_is_not_positive_definite_is_refused()
    {
        using var scope = NewDisposeScope();
        var blocks = stack([eye(3, dtype: ScalarType.Float64), ones(3, 3, ScalarType.Float64)]);

        var failure = Assert.Throws<AmendException>(() => { SpdMatrix.Factor(blocks); });

        Assert.StartsWith("The 3 x 3 matrix with ridge 0 is not positive definite", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_vector_gives_a_vector_and_the_type_of_the_right_hand_side_is_kept()
    {
        using var scope = NewDisposeScope();
        var matrix_FF = RandomSpd(16, seed: 1);
        using var spd = SpdMatrix.Factor(matrix_FF.to(ScalarType.Float32));

        foreach (var dtype in new[] { ScalarType.Float64, ScalarType.Float32, ScalarType.BFloat16 })
        {
            var solution_F = spd.Solve(ones(16, dtype));

            Assert.Equal([16], solution_F.shape);
            Assert.Equal(dtype, solution_F.dtype);
        }
    }

    [Fact]
    public void A_ridge_is_a_share_of_the_mean_diagonal_and_leaves_the_matrix_as_it_was()
    {
        using var scope = NewDisposeScope();
        var matrix_FF = diag(tensor([1.0, 3.0]));
        var before_FF = matrix_FF.clone();

        using var spd = SpdMatrix.Factor(matrix_FF, ridge: 0.5);
        var solution_F = spd.Solve(ones(2, ScalarType.Float64));

        Assert.Equal([1 / 2.0, 1 / 4.0], solution_F.data<double>().ToArray().Select(value => Math.Round(value, 12)));
        Assert.True((matrix_FF == before_FF).all().item<bool>());
    }

    [Fact]
    public void A_matrix_that_is_not_positive_definite_gets_a_ridge_proposed_and_the_ridge_helps()
    {
        using var scope = NewDisposeScope();
        var key_FN = randn([8, 2], ScalarType.Float64, generator: Seeded(3));
        var singular_FF = key_FN.matmul(key_FN.t()) - eye(8, dtype: ScalarType.Float64) * 1e-9;

        var failure = Assert.Throws<AmendException>(() => { SpdMatrix.Factor(singular_FF); });
        using var spd = SpdMatrix.Factor(singular_FF, ridge: 1e-6);

        Assert.Contains("8 x 8", failure.Message, StringComparison.Ordinal);
        Assert.Contains("add a ridge of 1e-06 or more", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_larger_ridge_than_the_one_that_failed_is_proposed()
    {
        using var scope = NewDisposeScope();
        var indefinite_FF = diag(tensor([2.0, -1.0]));

        var failure = Assert.Throws<AmendException>(() => SpdMatrix.Factor(indefinite_FF, ridge: 0.01));

        Assert.Contains("add a ridge of 0.1 or more", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_zero_matrix_is_said_to_be_beyond_any_ridge()
    {
        using var scope = NewDisposeScope();

        var failure = Assert.Throws<AmendException>(() => SpdMatrix.Factor(zeros(3, 3), ridge: 1));

        Assert.Contains("no ridge can help", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Values_that_are_not_finite_are_refused()
    {
        using var scope = NewDisposeScope();

        var failure = Assert.Throws<AmendException>(() => SpdMatrix.Factor(eye(3) * float.NaN));

        Assert.Contains("not finite", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Matrices_and_sides_of_another_form_are_the_callers_mistake()
    {
        using var scope = NewDisposeScope();
        using var spd = SpdMatrix.Factor(eye(3));

        Assert.Throws<ArgumentException>(() => SpdMatrix.Factor(ones(2, 3)));
        Assert.Throws<ArgumentException>(() => SpdMatrix.Factor(ones(3)));
        Assert.Throws<ArgumentException>(() => SpdMatrix.Factor(eye(3, dtype: ScalarType.Int64)));
        Assert.Throws<ArgumentException>(() => SpdMatrix.Factor(tensor(new double[,] { { 2, 1 }, { 0, 2 } })));
        Assert.Throws<ArgumentOutOfRangeException>(() => SpdMatrix.Factor(eye(3), ridge: -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => SpdMatrix.Factor(eye(3), ridge: double.NaN));
        Assert.Throws<ArgumentException>(() => spd.Solve(ones(4)));
        Assert.Throws<ArgumentException>(() => spd.Solve(ones(3, ScalarType.Int64)));
    }

    [Fact]
    public void The_identity_gives_the_right_hand_side_and_a_ridge_scales_it()
    {
        using var scope = NewDisposeScope();
        using var identity = SpdMatrix.Identity(3);
        using var ridged = SpdMatrix.Identity(3, ridge: 1);
        var rhs = tensor([1.0f, 2, 3]);

        Assert.Equal(3, identity.Size);
        TensorAssert.Equal("x", rhs, identity.Solve(rhs));
        TensorAssert.Equal("x", rhs / 2, ridged.Solve(rhs));
        Assert.Throws<ArgumentException>(() => identity.Solve(ones(2)));
        Assert.Throws<ArgumentOutOfRangeException>(() => SpdMatrix.Identity(3, ridge: -1));
    }

    [Fact]
    public void The_factor_outlives_the_scope_that_it_was_made_in()
    {
        SpdMatrix spd;
        using (NewDisposeScope())
            spd = SpdMatrix.Factor(eye(2) * 4);
        using var rhs_F = ones(2);

        using var solution_F = spd.Solve(rhs_F);
        spd.Dispose();

        Assert.Equal([0.25f, 0.25f], solution_F.data<float>().ToArray());
        Assert.Throws<ObjectDisposedException>(() => spd.Solve(rhs_F));
    }

    private static Tensor RandomSpd(long size, long seed)
    {
        var root_FF = randn([size, size], ScalarType.Float64, generator: Seeded(seed));
        return root_FF.matmul(root_FF.t()) / size + eye(size, dtype: ScalarType.Float64) * 0.01;
    }

    private static Generator Seeded(long seed) => new((ulong)seed);
}
