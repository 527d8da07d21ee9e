using Amend.Editing.Homes;
using Amend.Editing.Statistics;
using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Editing.Tests.Statistics;

[NoTensorLeaks]
public sealed class NullSpaceCacheTests : IDisposable
{
    private const string Weights = "0123456789abcdef0123456789abcdef";
    private readonly TempFolder _folder = new();

    private string Folder => Path.Combine(_folder.Path, "cache", "null-spaces");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_space_is_read_again_and_told_by_weights_layer_threshold_and_statistics()
    {
        using var scope = NewDisposeScope();
        var matrix = Matrix();
        using var made = Get(matrix);
        // Whoever computed again would see zeros, whose null space is all there is.
        using var kept = Get(zeros(8, 8, ScalarType.Float64));
        using var layer = Get(matrix, layer: 2);
        using var threshold = Get(matrix, threshold: 3.5);
        using var statistics = Get(matrix, statistics: "other");

        TensorAssert.Equal("P", made.Projector, kept.Projector);
        Assert.Equal((5, 5, 3), (made.Dimensions, kept.Dimensions, threshold.Dimensions));
        Assert.Equal(4, Directory.GetFiles(Folder).Length);
    }

    [Fact]
    public void A_broken_file_is_made_again()
    {
        using var scope = NewDisposeScope();
        using var made = Get(Matrix());
        var path = Assert.Single(Directory.GetFiles(Folder));
        var whole = File.ReadAllBytes(path);
        foreach (var broken in (byte[][])[[], whole[..100], whole[..^8], [.. whole[..^4], 1, 2, 3, 4]])
        {
            File.WriteAllBytes(path, broken);

            using var again = Get(Matrix());

            TensorAssert.Equal("P", made.Projector, again.Projector);
            Assert.Equal(whole, File.ReadAllBytes(path));
        }
    }

    [Fact]
    public void The_files_that_were_not_used_for_longest_go_where_there_are_too_many_bytes()
    {
        using var scope = NewDisposeScope();
        using var first = Get(Matrix(), layer: 1);
        var one = new FileInfo(Directory.GetFiles(Folder)[0]).Length;
        Age(1, days: 3);
        using var second = Get(Matrix(), layer: 2);
        Age(2, days: 2);
        using var used = Get(Matrix(), layer: 1);

        using var third = Get(Matrix(), layer: 3, mostBytes: 2 * one);
        using var tooLarge = Get(Matrix(), layer: 4, mostBytes: 8);

        Assert.Equal([1, 3], Directory.GetFiles(Folder).Select(LayerOf).Order());
        Assert.Equal(5, tooLarge.Dimensions);
    }

    [Fact]
    public void A_home_that_cannot_be_written_is_done_without()
    {
        using var scope = NewDisposeScope();
        File.WriteAllText(_folder.File("cache"), "in the way");

        using var made = Get(Matrix());

        Assert.Equal(5, made.Dimensions);
    }

    private NullSpace Get(Tensor matrix, int layer = 1, double threshold = 5.5, string statistics = "statistics", long mostBytes = 1 << 20) =>
        new NullSpaceCache(new AmendHome(_folder.Path), mostBytes).Get(Weights, layer, threshold, statistics, matrix);

    private void Age(int layer, int days) => File.SetLastWriteTimeUtc(Directory.GetFiles(Folder).Single(path => LayerOf(path) == layer), DateTime.UtcNow.AddDays(-days));

    private static int LayerOf(string path) => Path.GetFileName(path).Split('-')[2][0] - '0';

    /// <summary>A symmetric matrix with the eigenvalues 1 to 8.</summary>
    private static Tensor Matrix()
    {
        using var generator = new Generator(3);
        var (vectors, _) = linalg.qr(randn([8, 8], ScalarType.Float64, generator: generator));
        return vectors.matmul(diag(arange(1, 9, ScalarType.Float64))).matmul(vectors.t());
    }
}
