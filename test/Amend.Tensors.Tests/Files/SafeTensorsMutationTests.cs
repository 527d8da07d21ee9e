using Amend.Tensors.Files;
using static TorchSharp.torch;

namespace Amend.Tensors.Tests.Files;

[NoTensorLeaks]
public sealed class SafeTensorsMutationTests : IDisposable
{
    private const int Mutations = 10_000;

    /// <summary>Parsing and messages cost some tens of kilobytes; a number believed before it is checked costs more.</summary>
    private const long MostAllocated = 256 * 1024;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    [Trait("kind", "property")]
    public void A_mutated_file_loads_or_is_refused_and_never_takes_memory()
    {
        var originals = Originals();
        var random = new Random(20_250_131);
        var accepted = 0;
        var refusals = new Dictionary<SafeTensorsError, int>();

        for (var i = 0; i < Mutations; i++)
        {
            var bytes = SafeTensorsMutation.Mutate(originals[i % originals.Count], random);
            var path = _folder.Write("mutated.safetensors", bytes);
            var before = GC.GetAllocatedBytesForCurrentThread();

            var error = OpenAndLoad(path, bytes.Length);

            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostAllocated);
            if (error is { } kind)
                refusals[kind] = refusals.GetValueOrDefault(kind) + 1;
            else
                accepted++;
        }

        Assert.InRange(accepted, 100, Mutations - 100);
        Assert.True(refusals.Count >= 15, $"The mutations reach only {string.Join(", ", refusals.Keys)}.");
    }

    private static SafeTensorsError? OpenAndLoad(string path, long length)
    {
        try
        {
            using var file = SafeTensorsFile.Open(path);
            Assert.True(file.Entries.Sum(entry => entry.Length) <= length);
            foreach (var entry in file.Entries)
            {
                using var loaded = file.Load(entry.Name);
                using var converted = file.Load(entry.Name, ScalarType.Float32);
                Assert.Equal(entry.Shape, loaded.shape);
            }

            return null;
        }
        catch (SafeTensorsException refusal)
        {
            return refusal.Error;
        }
    }

    private List<byte[]> Originals()
    {
        using var scope = NewDisposeScope();
        var metadata = new Dictionary<string, string> { ["format"] = "pt", ["note"] = "ключ" };
        List<(string Name, Tensor Value)> one = [("weight", arange(12, ScalarType.Float32).reshape(3, 4))];
        List<(string Name, Tensor Value)> many =
        [
            ("h.0.weight", arange(6, ScalarType.Float32).reshape(2, 3)),
            ("h.0.bias", ones(3, ScalarType.BFloat16)),
            ("h.1.weight", ones([2, 2], ScalarType.Float16)),
            ("scale", tensor(1.5, ScalarType.Float64)),
            ("steps", tensor(7L)),
            ("ids", arange(4, ScalarType.Int32)),
            ("bytes", ones(3, ScalarType.Byte)),
            ("mask", ones(5, ScalarType.Bool)),
            ("none", zeros(0, 4)),
        ];
        return [Bytes([]), Bytes(one), Bytes(one, metadata), Bytes(many), Bytes(many, metadata)];
    }

    private byte[] Bytes(List<(string Name, Tensor Value)> tensors, Dictionary<string, string>? metadata = null)
    {
        var path = _folder.File("original.safetensors");
        SafeTensorsWriter.Write(path, tensors, metadata);
        return File.ReadAllBytes(path);
    }
}
