using System.Diagnostics;
using System.Globalization;
using Amend.Tensors.Files;
using Amend.Testing.PyTorch;
using static TorchSharp.torch;

namespace Amend.Models.Tests.Weights;

/// <summary>Loading holds the weights once: the most that a process of its own has resident, before and after, on Linux.</summary>
public sealed class LoadingMemoryTests
{
    private const string Folder = "AMEND_TEST_LOADING_FOLDER";
    private const string DType = "AMEND_TEST_LOADING_DTYPE";
    private const double MostOverWeights = 1.1;
    private const int Width = 1024;
    private const int Layers = 4;
    private const int Parts = 8;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    [Theory]
    [InlineData(ScalarType.Float32, ScalarType.Float32, false)]
    [InlineData(ScalarType.Float32, ScalarType.BFloat16, false)]
    [InlineData(ScalarType.BFloat16, ScalarType.Float32, false)]
    [InlineData(ScalarType.Float32, ScalarType.Float32, true)]
    [InlineData(ScalarType.Float32, ScalarType.BFloat16, true)]
    public async Task Loading_takes_the_weights_and_at_most_a_tenth_more(ScalarType stored, ScalarType wanted, bool fromPyTorch)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The system tells no peak of resident memory that can be set back.");
        using var folder = new TempFolder();
        if (fromPyTorch)
            WritePyTorch(folder);
        else
            Write(folder, stored);
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, UseShellExecute = false };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            start.ArgumentList.Add(typeof(LoadingMemoryTests).Assembly.Location);
        foreach (var argument in (string[])["-explicit", "only", "-noColor", "-method", $"{typeof(LoadingMemoryTests).FullName}.{nameof(Child_loads_and_measures)}"])
            start.ArgumentList.Add(argument);
        start.Environment[Folder] = folder.Path;
        start.Environment[DType] = $"{wanted}";

        using var child = Process.Start(start)!;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        stop.CancelAfter(Patience);
        var output = await child.StandardOutput.ReadToEndAsync(stop.Token);
        await child.WaitForExitAsync(stop.Token);

        Assert.True(child.ExitCode == 0, output);
        Assert.True(File.Exists(folder.File("measured")), output);
        TestContext.Current.SendDiagnosticMessage($"{stored} as {wanted}: {await File.ReadAllTextAsync(folder.File("measured"), stop.Token)}");
    }

    /// <summary>What the child process runs; nothing where it is not asked by its parent.</summary>
    [Fact(Explicit = true)]
    public void Child_loads_and_measures()
    {
        if (Environment.GetEnvironmentVariable(Folder) is not { } folder)
            return;
        var dtype = Enum.Parse<ScalarType>(Environment.GetEnvironmentVariable(DType)!);
        Warm(dtype);
        File.WriteAllText("/proc/self/clear_refs", "5"); // Sets VmHWM back to VmRSS.
        var before = Kilobytes("VmRSS");

        using var checkpoint = Checkpoint.Open(folder);
        using var reader = new Models.Weights.WeightReader(checkpoint, dtype, CPU, new Models.Weights.CheckpointForm());
        foreach (var name in checkpoint.Names)
            reader.Read(name, checkpoint.Entry(name).Shape);
        using var table = reader.Finish();

        var weights = table.All.Sum(weight => weight.Value.numel() * weight.Value.element_size());
        var peak = (Kilobytes("VmHWM") - before) * 1024;
        Assert.True(peak < weights * MostOverWeights, $"{peak:N0} bytes more at the peak for weights of {weights:N0}");
        File.WriteAllText(Path.Combine(folder, "measured"), string.Create(CultureInfo.InvariantCulture, $"{peak} of {weights}"));
    }

    /// <summary>Pages in what loading needs of libtorch and of this program.</summary>
    private static void Warm(ScalarType dtype)
    {
        using var folder = new TempFolder();
        using var value = ones(1 << 19);
        foreach (var stored in (ScalarType[])[ScalarType.Float32, ScalarType.BFloat16])
        {
            using var small = value.to(stored, copy: true);
            SafeTensorsWriter.Write(folder.File("model.safetensors"), [("w", small)]);
            Read(folder.Path, dtype, 1 << 19);
        }

        File.Delete(folder.File("model.safetensors"));
        folder.Write("pytorch_model.bin", PyTorch([("w", 0, [1 << 19])], 1 << 19));
        Read(folder.Path, dtype, 1 << 19);
    }

    private static void Read(string folder, ScalarType dtype, long count)
    {
        using var checkpoint = Checkpoint.Open(folder);
        using var reader = new Models.Weights.WeightReader(checkpoint, dtype, CPU, new Models.Weights.CheckpointForm());
        reader.Read("w", count);
        reader.Finish().Dispose();
    }

    private static long Kilobytes(string name) => long.Parse(
        File.ReadLines("/proc/self/status").Single(line => line.StartsWith(name, StringComparison.Ordinal)).Split(':')[1].Trim().Split(' ')[0],
        CultureInfo.InvariantCulture);

    /// <summary>As many weights in a PyTorch checkpoint, all of them views of one storage.</summary>
    private static void WritePyTorch(TempFolder folder)
    {
        const long Matrix = (long)Width * Width;
        folder.Write("pytorch_model.bin", PyTorch(
            [("embedding", 0, [Width * 18, Width]), .. Enumerable.Range(0, Layers * Parts).Select(i => ($"w.{i}", i % 18 * Matrix, (long[])[Width, Width]))],
            18 * Matrix));
    }

    private static byte[] PyTorch((string Name, long Offset, long[] Shape)[] views, long count)
    {
        var pickle = new PickleBytes().Proto().Op('}').Op('(');
        foreach (var (name, offset, shape) in views)
            pickle.Text(name).Tensor("FloatStorage", "0", count, offset, shape, shape.Length == 1 ? [1] : [shape[1], 1]);
        return ZipBytes.Checkpoint(pickle.Op('u').Done(), ("0", new byte[count * sizeof(float)]));
    }

    /// <summary>Some 200 MB in float32, in shards, one matrix far larger than the rest as an embedding is.</summary>
    private static void Write(TempFolder folder, ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        using var large = ones([Width * 18, Width], dtype);
        using var small = ones([Width, Width], dtype);
        SafeTensorsWriter.Write(folder.File("a.safetensors"), [("embedding", large)]);
        SafeTensorsWriter.Write(folder.File("b.safetensors"), [.. Enumerable.Range(0, Layers * Parts).Select(i => ($"w.{i}", small))]);
        var map = Enumerable.Range(0, Layers * Parts).Select(i => $"\"w.{i}\": \"b.safetensors\"").Append("\"embedding\": \"a.safetensors\"");
        File.WriteAllText(folder.File("model.safetensors.index.json"), $"{{\"weight_map\": {{{string.Join(", ", map)}}}}}");
    }
}
