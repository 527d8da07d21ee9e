using System.Globalization;
using Amend.Reports.Pages;
using Amend.Tracing;
using Amend.Tracing.Results;

namespace Amend.Reports.Tracing;

/// <summary>All maps of one fact as a page that needs nothing else; the pointer on a cell tells its value.</summary>
public static class FactPage
{
    private const int HashDigits = 12;

    /// <summary>The page.</summary>
    public static HtmlPage Of(FactTrace trace)
    {
        var page = new HtmlPage($"{trace.Prompt} → {trace.Answer}", $"Causal trace on {trace.Model}");
        page.Paragraph(
            $"Noise on the subject '{trace.Subject}' takes the probability of '{trace.Answer}' from "
                + $"{TraceFigures.Percent(trace.CleanProbability)} to {TraceFigures.Percent(trace.CorruptedProbability)}. "
            + "Each cell shows it with one token and layer restored: tokens down, the subject's with an asterisk, layers across.");
        page.Figures(
        [
            .. trace.Maps.Select(map => new PageFigure(Capital(TraceFigures.Heading(map)), TraceFigures.HeatMap(trace, map, titled: false))
            {
                Note = Greatest(trace, map),
            }),
        ]);
        page.Heading("Settings");
        page.Facts(
        [
            ("Model", trace.Model),
            ("Weights' hash", trace.WeightsHash.Length > HashDigits ? trace.WeightsHash[..HashDigits] : trace.WeightsHash),
            .. trace.Edits.Count == 0 ? [] : new[] { ("Edits in force", string.Join(", ", trace.Edits)) },
            ("Noise", TraceFigures.Noise(trace)),
            ("Seed", trace.Seed?.ToString(CultureInfo.InvariantCulture) ?? "noise given as data"),
            (
                "Answer read",
                trace.Scoring == AnswerScoring.Whole
                ? trace.AnswerIds.Count == 1
                ? "its only token"
                : $"all of its {trace.AnswerIds.Count} tokens"
                : "its first token"),
            ("Token-layer steps", trace.TokenLayerSteps.ToString("N0", CultureInfo.InvariantCulture)),
        ]);
        return page;
    }

    private static string Greatest(FactTrace trace, EffectMap map)
    {
        var (token, layer) = (
            from t in Enumerable.Range(0, trace.Tokens.Count) from l in Enumerable.Range(0, map.Scores[t].Count) select (t, l)).MaxBy(at =>
            map.Scores[at.t][at.l]);
        return $"greatest at {TraceFigures.TokenLabel(trace, token)}, layer {layer}: {TraceFigures.Percent(map.Scores[token][layer])}";
    }

    private static string Capital(string text) => $"{text[..1].ToUpperInvariant()}{text[1..]}";
}
