using System.Diagnostics;
using System.Globalization;
using Amend.Tensors.Files.Gguf;
using Amend.Tensors.Native;
using static TorchSharp.torch;

namespace Amend.Benchmarks;

/// <summary>
/// How long a GGUF file takes to open and to load whole, and how much memory beside its tensors; and how fast each type is read.
/// </summary>
internal static class GgufReading
{
    private const int Turns = 5;
    private const long RateElements = 1 << 24;

    /// <summary>Prints seconds and memory of a file, loaded whole into a type, then seconds of what was done before.</summary>
    public static void Measure(string path, ScalarType dtype)
    {
        TorchRuntime.EnsureLoaded();
        LoadOne(path, dtype);
        MeasureLoading(path, dtype);
        MeasureLoading(path, dtype);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"opened in {LeastProcessorTime(() => GgufFile.Open(path).Dispose()):F4} s of CPU"));
        using var file = GgufFile.Open(path);
        foreach (var key in file.Metadata.Keys.Where(key => file.Metadata.TypeName(key) == "array of string"))
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{key} read in {LeastProcessorTime(() => file.Metadata.Texts(key)):F4} s of CPU"));
    }

    /// <summary>Prints, for each type of blocks, how much float32 one thread makes of a file in the page cache.</summary>
    public static void MeasureRates()
    {
        TorchRuntime.EnsureLoaded();
        set_num_threads(1);
        Console.WriteLine("| type | bytes read | float32 made a second of CPU |\n|---|---|---|");
        foreach (var type in GgufType.All.Where(type => type.BlockElements > 1))
        {
            var path = Path.Combine(Path.GetTempPath(), $"amend-{Environment.ProcessId}.gguf");
            try
            {
                Write(path, type);
                using var file = GgufFile.Open(path);
                var seconds = LeastProcessorTime(() => file.Load("x").Dispose());
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"| {type.Name} | {file.Entry("x").Length / 1e6:F1} MB | {RateElements * 4 / 1e9 / seconds:F2} GB |"));
            }
            finally
            {
                File.Delete(path);
            }
        }
    }

    /// <summary>Brings in the code of libtorch and of this process that a load runs, whose memory is not the load's.</summary>
    private static void LoadOne(string path, ScalarType dtype)
    {
        using var file = GgufFile.Open(path);
        file.Load(file.Entries.Where(entry => file.TypeOf(entry.Name).BlockElements > 1).MinBy(entry => entry.Length)!.Name, dtype).Dispose();
    }

    private static void MeasureLoading(string path, ScalarType dtype)
    {
        var before = ResidentBytes("VmRSS");
        var (clock, processor) = (Stopwatch.StartNew(), ProcessorTime());
        using var file = GgufFile.Open(path);
        var tensors = file.Entries.Select(entry => file.Load(entry.Name, dtype)).ToList();
        var (wall, cpu) = (clock.Elapsed.TotalSeconds, ProcessorTime() - processor);
        var size = tensors.Sum(tensor => tensor.numel() * tensor.element_size());
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{dtype}: {wall:F3} s, {cpu:F3} s of CPU; {size / 1e6:F1} MB of tensors, peak {(ResidentBytes("VmHWM") - before) / 1e6:F1} MB over what it was before"));
        tensors.ForEach(tensor => tensor.Dispose());
    }

    private static double ProcessorTime() => Process.GetCurrentProcess().TotalProcessorTime.TotalSeconds;

    /// <summary>What Linux says of this process's memory; the peak includes what was freed since.</summary>
    private static long ResidentBytes(string line) =>
        1024 * long.Parse(
            File.ReadLines("/proc/self/status").First(found => found.StartsWith(line, StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2],
            CultureInfo.InvariantCulture);

    /// <summary>The least of several turns, because other work runs beside.</summary>
    private static double LeastProcessorTime(Action run)
    {
        var least = double.PositiveInfinity;
        for (var turn = 0; turn < Turns; turn++)
        {
            var before = ProcessorTime();
            run();
            least = Math.Min(least, ProcessorTime() - before);
        }

        return least;
    }

    private static void Write(string path, GgufType type)
    {
        var blocks = new byte[RateElements / type.BlockElements * type.BlockBytes];
        new Random(1).NextBytes(blocks);
        GgufWriter.Write(path, [], [new("x", type, [RateElements], stream => stream.Write(blocks))]);
    }
}
