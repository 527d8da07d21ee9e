using System.Diagnostics;
using Amend.Tensors.Files.Gguf;
using static TorchSharp.torch;

namespace Amend.Tensors.Tests.Files.Gguf;

[NoTensorLeaks]
public sealed class GgufMutationTests : IDisposable
{
    private const int Mutations = 10_000;

    /// <summary>Names, entries and messages cost some tens of kilobytes; a number believed before it is checked costs more.</summary>
    private const long Allowance = 256 * 1024;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    [Trait("kind", "property")]
    public void A_mutated_file_is_read_or_refused_and_takes_neither_memory_nor_time()
    {
        var originals = Originals();
        var random = new Random(20_261_129);
        var refusals = new HashSet<string>();
        var accepted = 0;
        var clock = Stopwatch.StartNew();
        var slowest = TimeSpan.Zero;

        for (var i = 0; i < Mutations; i++)
        {
            var bytes = GgufMutation.Mutate(originals[i % originals.Count], random);
            var path = _folder.Write("mutated.gguf", bytes);
            var before = GC.GetAllocatedBytesForCurrentThread();
            var begun = clock.Elapsed;

            var refusal = ReadAll(path, bytes.Length);

            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, (2 * bytes.Length) + Allowance);
            slowest = TimeSpan.FromTicks(Math.Max(slowest.Ticks, (clock.Elapsed - begun).Ticks));
            if (refusal is null)
                accepted++;
            else
                refusals.Add(WithoutNumbers(refusal));
        }

        Assert.InRange(accepted, 100, Mutations - 100);
        Assert.True(refusals.Count >= 25, $"The mutations reach only {string.Join("\n", refusals)}.");
        Assert.True(slowest < TimeSpan.FromSeconds(5), $"One file took {slowest}.");
    }

    private static string? ReadAll(string path, long length)
    {
        try
        {
            using var file = GgufFile.Open(path);
            Assert.True(file.Entries.Sum(entry => entry.Length) <= length);
            foreach (var key in file.Metadata.Keys)
                Assert.NotNull(file.Metadata.Value(key));
            foreach (var entry in file.Entries)
            {
                using var loaded = file.Load(entry.Name, length % 2 == 0 ? null : ScalarType.BFloat16);
                Assert.Equal(entry.Shape, loaded.shape);
            }

            return null;
        }
        catch (GgufException refusal)
        {
            return refusal.Message;
        }
    }

    /// <summary>The kind of a refusal: its letters but those that are quoted.</summary>
    private static string WithoutNumbers(string message) =>
        string.Concat(message.Split('\'').Where((_, i) => i % 2 == 0)).Where(char.IsAsciiLetter).Aggregate("", (all, letter) => all + letter);

    private List<byte[]> Originals()
    {
        List<(string Key, object Value)> metadata =
        [
            ("general.architecture", "llama"), ("general.alignment", 32u), ("llama.block_count", 1u), ("scale", 1.5f), ("flag", true),
            ("tokens", new[] { "a", "ключ", "", "long token" }), ("scores", new[] { 0f, -1, 2 }), ("ids", new[] { 1, 2, 3 }),
            ("flags", new[] { true, false }), ("nested", new object[] { new[] { 1L, 2 }, new object[] { new[] { "x" } } }),
        ];
        return [Bytes([], []), Bytes(metadata, []), Bytes([], Contents()), Bytes(metadata, Contents())];
    }

    private static List<GgufContent> Contents() =>
    [
        GgufContent.Of("weight", GgufType.Find("F32"), [3, 4], () => arange(12, ScalarType.Float32).reshape(3, 4)),
        GgufContent.Of("half", GgufType.Find("F16"), [8], () => ones(8)),
        GgufContent.Of("rough", GgufType.Find("Q4_0"), [2, 32], () => arange(64, ScalarType.Float32).reshape(2, 32)),
        GgufContent.Of("fine", GgufType.Find("Q8_0"), [64], () => arange(64, ScalarType.Float32)),
        GgufContent.Of("steps", GgufType.Find("I64"), [2, 1, 2], () => zeros([2, 1, 2], ScalarType.Int64)),
    ];

    private byte[] Bytes(List<(string Key, object Value)> metadata, List<GgufContent> tensors)
    {
        var path = _folder.File("original.gguf");
        GgufWriter.Write(path, metadata, tensors);
        return File.ReadAllBytes(path);
    }
}
