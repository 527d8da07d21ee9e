using System.Diagnostics;
using System.Globalization;

namespace Amend.Ratios;

/// <summary>
/// Runs the rows of two trees, and of the authors' code where it is given, by turns, each in a process of its own, and prints a table of
/// medians.
/// </summary>
internal static class Table
{
    /// <summary>The script that runs a row by the authors' code.</summary>
    private static readonly string Script = Path.Combine("bench", "reference", "rows.py");

    /// <summary>The Python that has torch and transformers.</summary>
    private static readonly string Python = Environment.GetEnvironmentVariable("PYTHON") ?? "python3";

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
    /// <param name="turns">How often each row is run.</param>
    /// <param name="earlier">The program of the earlier tree.</param>
    /// <param name="later">That of this one.</param>
    /// <param name="reference">The folder with the authors' code, for columns of its own; null for none.</param>
    public static int Run(int turns, string earlier, string later, string? reference)
    {
        Console.WriteLine(
            "| work | earlier, s | CPU s | now, s | CPU s | times as fast | least to greatest of a turn | by CPU time |"
            + (reference is null ? "" : " authors' code, s | CPU s | now, times as fast |"));
        Console.WriteLine("|---|---|---|---|---|---|---|---|" + (reference is null ? "" : "---|---|---|"));
        foreach (var (name, says) in Rows)
        {
            var (before, after, authors) = (new List<Measured>(), new List<Measured>(), new List<Measured>());
            for (var turn = 0; turn < turns; turn++)
            {
                before.Add(Measure("dotnet", earlier, name));
                after.Add(Measure("dotnet", later, name));
                if (reference is not null && NameThere(name) is { } theirs)
                    authors.Add(Measure(Python, Script, reference, theirs));
            }

            var (ratios, ofCpu) = (Ratios(before, after, at => at.Seconds), Ratios(before, after, at => at.Cpu));
            var ours = string.Create(
                CultureInfo.InvariantCulture,
                $"| {says} | {Median(before, at => at.Seconds):F2} | {Median(before, at => at.Cpu):F2} | {Median(after, at => at.Seconds):F2} | {Median(after, at => at.Cpu):F2} | **{Middle(ratios):F2}** | {ratios[0]:F2} to {ratios[^1]:F2} | {Middle(ofCpu):F2} |");
            Console.WriteLine(ours + (reference is null ? "" : OfAuthors(authors, after)));
        }

        return 0;
    }

    private static string OfAuthors(List<Measured> authors, List<Measured> after) => authors.Count == 0
        ? " | | |"
        : string.Create(
            CultureInfo.InvariantCulture,
            $" {Median(authors, at => at.Seconds):F1} | {Median(authors, at => at.Cpu):F1} | **{Middle(Ratios(authors, after, at => at.Seconds)):F1}** |");

    /// <summary>What the script of the authors' code calls a row; null where their code has no such thing.</summary>
    private static string? NameThere(string row) => row.StartsWith("llama-", StringComparison.Ordinal) ? null : row.Replace("-better", "", StringComparison.Ordinal);

    private static Measured Measure(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var words = process.StandardOutput.ReadToEnd().Split(' ', StringSplitOptions.TrimEntries);
        process.WaitForExit();
        return words is [_, var seconds, var cpu, _]
            ? new Measured(double.Parse(seconds, CultureInfo.InvariantCulture), double.Parse(cpu, CultureInfo.InvariantCulture))
            : throw new InvalidOperationException($"'{program} {string.Join(' ', arguments)}' ended with {process.ExitCode} and said nothing.");
    }

    private static double[] Ratios(List<Measured> slow, List<Measured> quick, Func<Measured, double> part) =>
        [.. slow.Zip(quick, (one, other) => part(one) / part(other)).Order()];

    private static double Median(List<Measured> all, Func<Measured, double> part) => Middle([.. all.Select(part).Order()]);

    private static double Middle(double[] sorted) => sorted[sorted.Length / 2];

    private sealed record Measured(double Seconds, double Cpu);
}
