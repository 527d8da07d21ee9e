using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Tensors.Tests.LinearAlgebra;

[NoTensorLeaks]
public sealed class NullSpaceBasisTests : IDisposable
{
    private static readonly Dictionary<string, string> Of = new() { ["layer"] = "3", ["threshold"] = "0.5" };
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1.5, 1)]
    [InlineData(5.5, 5)]
    [InlineData(100, 6)]
    [InlineData(0.1, 0)]
    public void The_fewer_vectors_give_the_projector_of_all_and_are_kept(double threshold, long dimensions)
    {
        using var scope = NewDisposeScope();
        var (matrix, vectors) = Matrix();
        var inside = vectors.narrow(1, 0, dimensions);

        using var basis = NullSpaceBasis.Below(matrix, threshold);
        basis.Save(_folder.File("basis"), Of);
        using var kept = NullSpaceBasis.LoadOrNull(_folder.File("basis"), Of, 6)!;
        using var space = basis.Space();
        using var again = kept.Space();

        Assert.Equal((dimensions, dimensions), (space.Dimensions, again.Dimensions));
        Assert.InRange(basis.Bytes, 0, 6 * 3 * sizeof(double));
        TensorAssert.Close("P", inside.matmul(inside.t()), space.Projector, 1e-12);
        TensorAssert.Equal("P", space.Projector, again.Projector);
    }

    [Fact]
    public void A_file_of_something_else_or_a_broken_one_is_none()
    {
        using var scope = NewDisposeScope();
        var path = _folder.File("basis");
        using var basis = NullSpaceBasis.Below(Matrix().Value, 2.5);
        basis.Save(path, Of);
        using var right = basis.Space();
        var whole = File.ReadAllBytes(path);

        Assert.Null(NullSpaceBasis.LoadOrNull(path, new Dictionary<string, string>(Of) { ["layer"] = "4" }, 6));
        Assert.Null(NullSpaceBasis.LoadOrNull(path, Of, 7));
        Assert.Null(NullSpaceBasis.LoadOrNull(_folder.File("none"), Of, 6));
        for (var at = 0; at < whole.Length; at += 3)
        {
            byte[] altered = [.. whole];
            altered[at] ^= 1;
            File.WriteAllBytes(path, altered);
            using var found = NullSpaceBasis.LoadOrNull(path, Of, 6);
            using var space = found?.Space();
            Assert.True(space is null || space.Projector.allclose(right.Projector), $"Byte {at} was altered and read.");
        }

        File.WriteAllBytes(path, whole[..^8]);
        Assert.Null(NullSpaceBasis.LoadOrNull(path, Of, 6));
    }

    /// <summary>A symmetric matrix with the eigenvalues 1 to 6, and its eigenvectors in their order.</summary>
    private static (Tensor Value, Tensor Vectors) Matrix()
    {
        using var generator = new Generator(3);
        var (vectors, _) = linalg.qr(randn([6, 6], ScalarType.Float64, generator: generator));
        return (vectors.matmul(diag(arange(1, 7, ScalarType.Float64))).matmul(vectors.t()), vectors);
    }
}
