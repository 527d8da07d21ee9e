using System.IO.Compression;
using Amend.Tensors.Statistics;
using static TorchSharp.torch;

namespace Amend.Tensors.Tests.Statistics;

/// <summary>Statistics in the form that the authors of ROME publish.</summary>
[NoTensorLeaks]
public sealed class SecondMomentNpzTests : IDisposable
{
    private static readonly (string, byte[]) Made = ("mom2.constructor.npy", NpzBytes.Text("util.runningstats.SecondMoment()"));
    private static readonly (string, byte[]) Count = ("mom2.count.npy", NpzBytes.Array("<i8", "()", NpzBytes.Of(4L)));
    private static readonly (string, byte[]) Sum = ("mom2.mom2.npy", NpzBytes.Array("<f4", "(2, 2)", NpzBytes.Of<float>(8, 2, 2, 6)));
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(CompressionLevel.NoCompression)]
    [InlineData(CompressionLevel.Optimal)]
    public void The_matrix_is_the_sum_and_is_divided_by_the_count(CompressionLevel level)
    {
        using var scope = NewDisposeScope();
        var sampling = ("sample_size.npy", NpzBytes.Array("<i8", "()", NpzBytes.Of(100000L)));
        var none = ("batch_size.npy", NpzBytes.Array("<f8", "()", [2, 0, 0, 0, 0, 0, 0xf8, 0xff])); // None is boxed as a NaN of its own.

        using var moment = SecondMoment.LoadNpz(_folder.Write("stats.npz", NpzBytes.File(level, Made, Count, Sum, sampling, none)));

        Assert.Equal((2, 4), (moment.Width, moment.Count));
        Assert.Equal([2, 0.5, 0.5, 1.5], moment.Mean().to(ScalarType.Float64).data<double>().ToArray());
        moment.Save(_folder.File("ours"), new Dictionary<string, string>());
        using var ours = SecondMoment.Load(_folder.File("ours"));
        TensorAssert.Equal("C", moment.Mean(), ours.Mean());
    }

    [Fact]
    public void Files_that_are_no_second_moment_are_refused_with_what_was_found()
    {
        Refused("has no array 'mom2.mom2'", Made, Count);
        Refused("has no array 'mom2.count'", Made, Sum);
        Refused("is 'os.system()' instead of a second moment's", ("mom2.constructor.npy", NpzBytes.Text("os.system()")), Count, Sum);
        Refused("its count is 0", ("mom2.count.npy", NpzBytes.Array("<i8", "()", NpzBytes.Of(0L))), Sum);
        Refused("instead of a whole number", ("mom2.count.npy", NpzBytes.Array("<f8", "()", NpzBytes.Of(4.5))), Sum);
        Refused("of shape [4] instead of a square", Count, ("mom2.mom2.npy", NpzBytes.Array("<f4", "(4,)", NpzBytes.Of<float>(8, 2, 2, 6))));
        Refused("has the type '|O'", Count, ("mom2.mom2.npy", NpzBytes.Array("|O", "(2, 2)", [0x80])));
        Refused("differs from its transpose by 5", Count, ("mom2.mom2.npy", NpzBytes.Array("<f8", "(2, 2)", NpzBytes.Of<double>(8, 2, 7, 6))));
        Refused("not finite", Count, ("mom2.mom2.npy", NpzBytes.Array("<f8", "(2, 2)", NpzBytes.Of(8, 2, double.NaN, 6))));
        Refused("squares below zero", Count, ("mom2.mom2.npy", NpzBytes.Array("<f8", "(2, 2)", NpzBytes.Of<double>(8, 2, 2, -6))));
    }

    private void Refused(string found, params (string Name, byte[] Array)[] arrays)
    {
        var failure = Assert.Throws<AmendException>(() => SecondMoment.LoadNpz(_folder.Write("stats.npz", NpzBytes.File(CompressionLevel.Optimal, arrays))));

        Assert.Contains(found, failure.Message, StringComparison.Ordinal);
    }
}
