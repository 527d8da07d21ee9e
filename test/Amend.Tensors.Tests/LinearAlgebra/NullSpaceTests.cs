using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Tensors.Tests.LinearAlgebra;

[NoTensorLeaks]
public sealed class NullSpaceTests
{
    [Fact]
    public void It_has_the_directions_of_the_eigenvalues_below_the_threshold()
    {
        using var scope = NewDisposeScope();
        var basis = linalg.qr(randn(6, 6, ScalarType.Float64)).Q;
        var matrix = basis.matmul(diag(tensor([5.0, 0.01, 3, 0.02, 1, 0.5]))).matmul(basis.t());

        using var space = NullSpace.Below(matrix, 0.1);
        using var same = NullSpace.Of(space.Projector);

        var inside = basis.index_select(1, tensor([1L, 3]));
        Assert.Equal((2, 2), (space.Dimensions, same.Dimensions));
        TensorAssert.Close("P", inside.matmul(inside.t()), space.Projector, 1e-10);
        TensorAssert.Close("P U₀", inside, same.Project(inside), 1e-10);
        TensorAssert.Close("P u", zeros(6, 1, ScalarType.Float64), space.Project(basis.narrow(1, 0, 1)), 1e-10);
    }

    [Fact]
    public void No_square_no_null_space() => Assert.Throws<ArgumentException>(() =>
    {
        using var scope = NewDisposeScope();
        NullSpace.Below(ones(2, 3), 1).Dispose();
    });
}
