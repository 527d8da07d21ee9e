using System.IO.Compression;
using Amend.Tensors.Files.NumPy;
using static TorchSharp.torch;

namespace Amend.Tensors.Tests.Files.NumPy;

[NoTensorLeaks]
public sealed class NpzFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(CompressionLevel.NoCompression, 1)]
    [InlineData(CompressionLevel.Optimal, 1)]
    [InlineData(CompressionLevel.Optimal, 2)]
    [InlineData(CompressionLevel.NoCompression, 3)]
    public void Arrays_are_read_stored_or_deflated_in_every_version_of_the_format(CompressionLevel level, byte version)
    {
        using var scope = NewDisposeScope();
        using var file = Written(
            level,
            ("a.npy", NpzBytes.Array("<f4", "(2, 3)", NpzBytes.Of<float>(1, 2, 3, 4, 5, 6), version: version)),
            ("n.count.npy", NpzBytes.Array("<i8", "()", NpzBytes.Of(123L), version: version)),
            ("empty.npy", NpzBytes.Array("<f8", "(0,)", [], version: version)),
            ("made.npy", NpzBytes.Text("util.Moment()")));

        Assert.Equal(["a", "n.count", "empty"], file.Entries.Select(entry => entry.Name));
        Assert.Equal([1, 2, 3, 4, 5, 6], file.Load("a").data<float>().ToArray());
        Assert.Equal([2, 3], file.Load("a").shape);
        Assert.Equal(ScalarType.Float64, file.Load("a", ScalarType.Float64).dtype);
        Assert.Equal(123, file.Load("n.count").item<long>());
        Assert.Equal(0, file.Load("empty").numel());
        Assert.Equal(("util.Moment()", null), (file.Text("made"), file.Text("a")));
    }

    [Fact]
    public void An_array_whose_first_index_runs_fastest_is_put_in_order()
    {
        using var scope = NewDisposeScope();
        using var file = Written(CompressionLevel.Optimal, ("a.npy", NpzBytes.Array("<f8", "(2, 3)", NpzBytes.Of<double>(1, 4, 2, 5, 3, 6), order: "True")));

        Assert.Equal([1, 2, 3, 4, 5, 6], file.Load("a").data<double>().ToArray());
        Assert.Equal([2, 3], file.Load("a").shape);
    }

    [Theory]
    [InlineData("<f2", ScalarType.Float16, 2)]
    [InlineData("<i4", ScalarType.Int32, 4)]
    [InlineData("<i2", ScalarType.Int16, 2)]
    [InlineData("|i1", ScalarType.Int8, 1)]
    [InlineData("|u1", ScalarType.Byte, 1)]
    [InlineData("|b1", ScalarType.Bool, 1)]
    public void Every_plain_type_has_its_own(string descr, ScalarType type, int bytes)
    {
        using var scope = NewDisposeScope();
        using var file = Written(CompressionLevel.NoCompression, ("a.npy", NpzBytes.Array(descr, "(3,)", new byte[3 * bytes])));

        Assert.Equal((type, 3), (file.Load("a").dtype, file.Load("a").numel()));
    }

    [Theory]
    [InlineData("|O")]
    [InlineData(">f8")]
    [InlineData("<c16")]
    [InlineData("|V8")]
    [InlineData("<M8")]
    public void Objects_and_other_types_are_not_loaded_and_what_is_beside_them_is(string descr)
    {
        using var scope = NewDisposeScope();
        using var file = Written(
            CompressionLevel.NoCompression, ("o.npy", NpzBytes.Array(descr, "()", [0x80, 4, 0x2e])), ("a.npy", NpzBytes.Array("<f4", "(1,)", NpzBytes.Of(7f))));

        Assert.False(file.Contains("o"));
        Assert.Contains($"has the type '{descr}'", Assert.Throws<AmendException>(() => file.Load("o")).Message, StringComparison.Ordinal);
        Assert.Equal(7, file.Load("a").item<float>());
    }

    [Theory]
    [InlineData("{'descr': [('x', '<f4')], 'fortran_order': False, 'shape': (), }")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1 + 1,), }")]
    [InlineData("{'descr': '<f4', 'fortran_order': 0, 'shape': (2,), }")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (-2,), }")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2), }")]
    [InlineData("{'descr': '<f4', 'shape': (2,), }")]
    [InlineData("__import__('os')")]
    public void A_head_of_another_form_is_refused_and_never_evaluated(string head) =>
        Refused("is not one of plain elements", ("a.npy", NpzBytes.Raw(head, NpzBytes.Of<float>(1, 2))));

    [Fact]
    public void Arrays_at_odds_with_their_bytes_are_refused()
    {
        Refused("has 8 bytes where 12 are due", ("a.npy", NpzBytes.Array("<f4", "(3,)", NpzBytes.Of<float>(1, 2))));
        Refused("has 8 bytes where 4 are due", ("a.npy", NpzBytes.Array("<f4", "(1,)", NpzBytes.Of<float>(1, 2))));
        Refused("beyond all files", ("a.npy", NpzBytes.Array("<f4", "(4611686018427387904, 4611686018427387904)", [])));
        Refused("a size beyond all files", ("a.npy", NpzBytes.Array("<f4", "(99999999999999999999,)", [])));
        Refused("does not begin as a NumPy array", ("a.npy", [.. "not an array at all"u8]));
        Refused("it ends within its head", ("a.npy", NpzBytes.Array("<f4", "(1,)", [])[..40]));
        Refused("it is of version 9.0", ("a.npy", NpzBytes.Array("<f4", "(1,)", NpzBytes.Of(1f), version: 9)));
        Refused("is no NumPy array", ("readme.txt", [1]));
        Refused("two of its arrays are named 'a'", ("a.npy", NpzBytes.Array("<f4", "()", NpzBytes.Of(1f))), ("a.npy", NpzBytes.Array("<f4", "()", NpzBytes.Of(1f))));
    }

    [Fact]
    public void A_file_that_is_cut_or_no_zip_is_refused()
    {
        var whole = NpzBytes.File(CompressionLevel.Optimal, ("a.npy", NpzBytes.Array("<f4", "(2,)", NpzBytes.Of<float>(1, 2))));
        for (var length = 0; length < whole.Length; length += 7)
            Assert.Throws<AmendException>(() => Open(whole[..length]).Dispose());
        Assert.Contains("it is no whole zip", Assert.Throws<AmendException>(() => Open([.. "text"u8]).Dispose()).Message, StringComparison.Ordinal);
        Assert.Throws<AmendException>(() => NpzFile.Open(_folder.File("none.npz")).Dispose());
    }

    [Theory]
    [InlineData(CompressionLevel.NoCompression)]
    [InlineData(CompressionLevel.Optimal)]
    [Trait("kind", "property")]
    public void Any_altered_byte_gives_the_same_values_or_one_sentence(CompressionLevel level)
    {
        float[] values = [1, 2, 3, 4, 5, 6, 7, 8];
        var whole = NpzBytes.File(level, ("a.npy", NpzBytes.Array("<f4", "(8,)", NpzBytes.Of(values))));
        var refused = 0;
        for (var at = 0; at < whole.Length; at++)
        {
            using var scope = NewDisposeScope();
            byte[] altered = [.. whole];
            altered[at] ^= 0x10;
            try
            {
                using var file = Open(altered);
                Assert.Equal(values, file.Load("a").data<float>().ToArray());
            }
            catch (AmendException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, whole.Length / 4, whole.Length);
    }

    [Fact]
    public void A_bomb_is_refused_before_its_memory_is_asked_for()
    {
        // A million zeros deflate to a thousand bytes; the directory then claims a thousand times more.
        var whole = NpzBytes.File(CompressionLevel.SmallestSize, ("a.npy", NpzBytes.Array("<f4", "(250000,)", new byte[1_000_000])));
        var directory = whole.AsSpan().LastIndexOf("PK\x01\x02"u8);
        BitConverter.TryWriteBytes(whole.AsSpan(directory + 24), 2_000_000_000);

        Assert.Contains("claims 2000000000 bytes", Assert.Throws<AmendException>(() => Open(whole).Dispose()).Message, StringComparison.Ordinal);
    }

    private void Refused(string found, params (string Name, byte[] Array)[] arrays) =>
        Assert.Contains(found, Assert.Throws<AmendException>(() => Written(CompressionLevel.Optimal, arrays).Dispose()).Message, StringComparison.Ordinal);

    private NpzFile Written(CompressionLevel level, params (string Name, byte[] Array)[] arrays) => Open(NpzBytes.File(level, arrays));

    private NpzFile Open(byte[] bytes) => NpzFile.Open(_folder.Write("file.npz", bytes));
}
