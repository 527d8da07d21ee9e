using System.Diagnostics;
using System.Globalization;

namespace Amend.Ratios;

/// <summary>Runs the rows of two trees by turns, each in a process of its own, and prints a table of medians.</summary>
internal static class Table
{
    private static readonly (string Name, string Says)[] Rows =
    [
        ("rome", "ROME, one edit, 20 evaluations, 21 templates"),
        ("rome-better", "ROME, `v_optimizer=lbfgs`, 12 evaluations, against 20 of Adam"),
        ("trace-state", "trace of states, 12 tokens, 10 samples"),
        ("trace-mlp", "trace of MLPs, windows of 10"),
        ("trace-attn", "trace of attention, windows of 10"),
        ("memit", "MEMIT, 10 requests, 5 layers"),
        ("statistics", "statistics, one layer, 34,816 tokens"),
        ("greedy-1", "greedy text, 1 × 100 tokens"),
        ("greedy-10", "greedy texts, 10 × 100 tokens"),
        ("llama-rome", "SmolLM2's shape: ROME, one edit, layer 6 of 30"),
        ("llama-trace", "SmolLM2's shape: trace of states"),
        ("llama-greedy-10", "SmolLM2's shape: greedy texts, 10 × 100 tokens"),
    ];

    /// <summary>Prints the table.</summary>
    public static int Run(int turns, string earlier, string later)
    {
        Console.WriteLine("| work | earlier, s | CPU s | now, s | CPU s | times as fast | least to greatest of a turn | by CPU time |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|");
        foreach (var (name, says) in Rows)
        {
            var (before, after) = (new List<Measured>(), new List<Measured>());
            for (var turn = 0; turn < turns; turn++)
            {
                before.Add(Measure(earlier, name));
                after.Add(Measure(later, name));
            }

            double[] ratios = [.. before.Zip(after, (one, other) => one.Seconds / other.Seconds).Order()];
            double[] ofCpu = [.. before.Zip(after, (one, other) => one.Cpu / other.Cpu).Order()];
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {says} | {Median(before, at => at.Seconds):F2} | {Median(before, at => at.Cpu):F2} | {Median(after, at => at.Seconds):F2} | {Median(after, at => at.Cpu):F2} | **{Middle(ratios):F2}** | {ratios[0]:F2} to {ratios[^1]:F2} | {Middle(ofCpu):F2} |"));
        }

        return 0;
    }

    private static Measured Measure(string program, string row)
    {
        var start = new ProcessStartInfo("dotnet", [program, row]) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var words = process.StandardOutput.ReadToEnd().Split(' ', StringSplitOptions.TrimEntries);
        process.WaitForExit();
        return words is [_, var seconds, var cpu, _]
            ? new Measured(double.Parse(seconds, CultureInfo.InvariantCulture), double.Parse(cpu, CultureInfo.InvariantCulture))
            : throw new InvalidOperationException($"'{program} {row}' ended with {process.ExitCode} and said nothing.");
    }

    private static double Median(List<Measured> all, Func<Measured, double> part) => Middle([.. all.Select(part).Order()]);

    private static double Middle(double[] sorted) => sorted[sorted.Length / 2];

    private sealed record Measured(double Seconds, double Cpu);
}
