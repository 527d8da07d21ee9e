using System.Globalization;
using Amend.Tracing;
using Amend.Reports.Tracing;
using Amend.Tracing.Results;
using Amend.Tracing.Studies;

namespace Amend.Cli.Rendering;

/// <summary>Traces on a terminal.</summary>
internal static class TraceView
{
    /// <summary>Prints a fact's trace: a heat map for each kind.</summary>
    public static void Print(FactTrace trace, string? folder)
    {
        Terminal.Line(
            $"\"{trace.Prompt}\" is answered with {trace.Answer}: {Terminal.Percent(trace.CleanProbability)} clean, "
            + $"{Terminal.Percent(trace.CorruptedProbability)} with noise on the subject.");
        if (trace.Edits.Count > 0)
            Terminal.Line(InForce(trace.Edits));
        var level = trace.Noise.Level.ToString("0.000", CultureInfo.InvariantCulture);
        Terminal.Line(
            $"Noise {trace.Noise.Rule} = {level}{(trace.Noise.Rule.Replace ? " in the embeddings' place" : "")}, {trace.Samples} samples, "
            + $"seed {trace.Seed}. Below: probability in % with one token (down, the subject's with *) and layer (across) restored.");
        foreach (var map in trace.Maps)
        {
            Terminal.Heading($"{Capital(TraceFigures.Heading(map))} restored");
            HeatMapView.Print([.. trace.Tokens.Select((_, token) => TraceFigures.TokenLabel(trace, token))], map.Scores);
        }

        if (folder is not null)
            Terminal.Line($"pictures, page and JSON are in {folder}");
    }

    /// <summary>Prints a study's averages: for each kind and bucket the layer of the greatest effect.</summary>
    /// <param name="study">The summary.</param>
    /// <param name="folder">Where its files are.</param>
    /// <param name="kept">The file that keeps the suggested layer; null where none was asked for.</param>
    public static void Print(StudySummary study, string folder, string? kept)
    {
        Terminal.Line(
            $"{Terminal.Count(study.Traced, "fact")} of {study.Study.Model} traced, {study.Skipped} passed over "
            + "(the model does not answer them rightly, or their prompt does not hold the subject once).");
        if (study.Study.Edits.Count > 0)
            Terminal.Line(InForce(study.Study.Edits));
        if (study.Averages is { } averages)
            Print(averages);
        if (kept is not null)
        {
            Terminal.Line(study.Suggest().Explain());
            Terminal.Line($"kept for amend edit --layer auto in {kept}");
        }

        Terminal.Line($"pictures, pages and JSON are in {folder}");
    }

    private static void Print(AverageEffects averages)
    {
        Terminal.Line(
            $"average total effect {Points(averages.TotalEffect)} points: "
            + $"{Points(averages.CleanProbability)} % clean, {Points(averages.CorruptedProbability)} % with noise");
        var table = Terminal.Table("restored", "tokens", "best layer", "effect, points", "facts").Numbers(2, 3, 4);
        foreach (var curve in averages.Curves)
        {
            var best = Enumerable.Range(0, curve.Layers.Count).MaxBy(layer => curve.Layers[layer].Mean);
            var effect = curve.Layers[best];
            table.Row(TraceKind.Find(curve.Kind).Title, TokenBuckets.Title(curve.Bucket), $"{best}", Points(effect), $"{effect.Count}");
        }

        Terminal.Write(table);
    }

    private static string InForce(IReadOnlyList<string> edits) => $"Traced with {Terminal.Count(edits.Count, "edit")} in force.";

    private static string Points(MeanInterval interval) =>
        $"{Terminal.Share(interval.Mean)}{(interval.HalfWidth is { } half ? $" ± {Terminal.Share(half)}" : "")}";

    private static string Capital(string text) => $"{text[..1].ToUpperInvariant()}{text[1..]}";
}
