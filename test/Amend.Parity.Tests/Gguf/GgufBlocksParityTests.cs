using System.Runtime.InteropServices;
using Amend.Tensors.Files.Gguf;
using static TorchSharp.torch;

namespace Amend.Parity.Tests.Gguf;

/// <summary>Every type's blocks give the reference's float32 to the bit, and rows round to the reference's bytes.</summary>
[NoTensorLeaks]
[Trait("kind", "parity")]
public sealed class GgufBlocksParityTests : IDisposable
{
    private const string Raw = "raw";
    private const string NonFiniteRaw = "nonfinite.raw";
    private readonly TempFolder _folder = new();

    public static TheoryData<string, string> Types => Rows(_ => true);

    public static TheoryData<string, string> TypesWithNonFinite => Rows(tensors => tensors.Contains(NonFiniteRaw));

    public static TheoryData<string, string> WrittenTypes => Rows(tensors => tensors.Contains("quantise.raw"));

    public static TheoryData<string, string> HalfTypes => Rows(tensors => tensors.Contains("quantise_nonfinite.raw"));

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Types))]
    public void Blocks_give_the_values_of_the_reference_bit_for_bit(string id, string type)
    {
        using var golden = Golden(id, type);
        using var file = Open(type, golden[Raw]);
        using var read = file.Load("x", ScalarType.Float32);

        AssertSameBits(golden["values"], read);
        if (golden.Names.Contains("exact"))
        {
            using var exact = file.Load("x");
            TensorAssert.Equal("exact", golden["exact"], exact);
        }
    }

    [Theory]
    [MemberData(nameof(TypesWithNonFinite))]
    public void Blocks_whose_scale_is_no_number_give_what_the_reference_gives(string id, string type)
    {
        using var golden = Golden(id, type);
        using var file = Open(type, golden[NonFiniteRaw]);
        using var read = file.Load("x", ScalarType.Float32);

        AssertSameBits(golden["nonfinite.values"], read);
    }

    [Theory]
    [MemberData(nameof(WrittenTypes))]
    public void Rows_round_to_the_bytes_of_the_reference(string id, string type)
    {
        using var golden = Golden(id, type);
        using var file = Write(type, golden["quantise.input"], out var bytes);

        Assert.Equal(golden["quantise.raw"].bytes.ToArray(), bytes);
        if (golden.Names.Contains("quantise.values"))
        {
            using var back = file.Load("x");
            AssertSameBits(golden["quantise.values"], back);
        }
    }

    [Theory]
    [MemberData(nameof(HalfTypes))]
    public void What_is_no_number_or_too_large_for_a_half_is_written_as_the_reference_writes_it(string id, string type)
    {
        using var golden = Golden(id, type);
        using var expected = Open(type, golden["quantise_nonfinite.raw"]);
        using var file = Write(type, golden["quantise_nonfinite.input"], out _);
        using var wanted = expected.Load("x", ScalarType.Float32);
        using var back = file.Load("x", ScalarType.Float32);

        AssertSameBits(wanted, back);
    }

    private static TheoryData<string, string> Rows(Func<ICollection<string>, bool> isWanted)
    {
        var rows = new TheoryData<string, string>();
        foreach (var golden in GoldenCases.At("gguf/blocks"))
        {
            foreach (var type in golden.Json("blocks.json").EnumerateObject().Select(property => property.Name))
            {
                if (!golden.Has($"{type}.safetensors"))
                    continue;
                using var tensors = golden.Tensors($"{type}.safetensors");
                if (isWanted([.. tensors.Names]))
                    rows.Add(golden.Id, type);
            }
        }

        return rows;
    }

    private static GoldenTensors Golden(string id, string type) => GoldenCases.Find(id).Tensors($"{type}.safetensors");

    /// <summary>A file of one row of blocks.</summary>
    private GgufFile Open(string name, Tensor raw)
    {
        var type = GgufType.Find(name);
        var bytes = raw.bytes.ToArray();
        long[] shape = [bytes.Length / type.BlockBytes * type.BlockElements];
        GgufWriter.Write(_folder.File("blocks.gguf"), [], [new("x", type, shape, stream => stream.Write(bytes))]);
        return GgufFile.Open(_folder.File("blocks.gguf"));
    }

    /// <summary>A file of rows that are given as float32, and the bytes of its tensor.</summary>
    private GgufFile Write(string type, Tensor rows, out byte[] bytes)
    {
        var path = _folder.File("written.gguf");
        GgufWriter.Write(path, [], [GgufContent.Of("x", GgufType.Find(type), rows.shape, () => rows.clone())]);
        var file = GgufFile.Open(path);
        bytes = File.ReadAllBytes(path).AsSpan(DataStart(path, file), (int)file.Entry("x").Length).ToArray();
        return file;
    }

    /// <summary>Where the bytes of a file's only tensor begin; the writer fills up its last 32.</summary>
    private static int DataStart(string path, GgufFile file) => (int)(new FileInfo(path).Length - ((file.Entry("x").Length + 31) / 32 * 32));

    /// <summary>Equal bits, but for the two zeros and the many NaN, which are equal to each other.</summary>
    private static void AssertSameBits(Tensor expected, Tensor actual)
    {
        var (wanted, found) = (Floats(expected), Floats(actual));
        Assert.Equal(wanted.Length, found.Length);
        for (var i = 0; i < wanted.Length; i++)
            Assert.True(wanted[i].Equals(found[i]) || wanted[i] == found[i], $"[{i}] expected {wanted[i]:g9}, found {found[i]:g9}");
    }

    private static float[] Floats(Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.bytes).ToArray();
}
