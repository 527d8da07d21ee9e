using System.Globalization;
using System.Text;

namespace Amend.Shipping.Gates;

/// <summary>A check as Markdown, for a pull request or the summary of a build.</summary>
public static class MarkdownReport
{
    /// <summary>Writes it.</summary>
    /// <param name="report">The check.</param>
    /// <param name="gate">What the gate says; null where none judges.</param>
    /// <returns>The whole text.</returns>
    public static string Write(CheckReport report, GateReport? gate)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# {Cell(report.Model)} with {report.Edits.Count} edits\n\n");
        if (gate is not null)
            Gate(text, gate);
        Figures(text, report);
        Questions(text, report);
        if (report.NotAsked.Count > 0)
            text.Append(CultureInfo.InvariantCulture, $"\nNothing was asked for {string.Join(", ", report.NotAsked)}.\n");
        return text.ToString();
    }

    private static void Gate(StringBuilder text, GateReport gate)
    {
        text.Append(CultureInfo.InvariantCulture, $"The gate `{gate.Gate}` {(gate.Passes ? "passes" : "**refuses**")} it.\n\n");
        text.Append("| criterion | found | asked | |\n|---|---|---|---|\n");
        foreach (var verdict in gate.Verdicts)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"| {verdict.Criterion} | {verdict.Found} | {verdict.Asked} | {(verdict.Holds ? "holds" : "**fails**")} |\n");
        }

        text.Append('\n');
    }

    private static void Figures(StringBuilder text, CheckReport report)
    {
        text.Append("| asked | prompts | paraphrases | neighbours kept |\n|---|---|---|---|\n");
        foreach (var shares in report.Shares)
            text.Append(CultureInfo.InvariantCulture, $"| {string.Join(" | ", shares.Cells)} |\n");
        if (report.Perplexity is { } perplexity)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"\nPerplexity of the fixed text: {perplexity.After:F3}, {perplexity.Ratio:F4} of {perplexity.Before:F3} without edits.\n");
        }

        if (report.Probe is { } probe)
            text.Append(CultureInfo.InvariantCulture, $"\nOf {probe.Known} facts of the probe that were known, {probe.Kept} still are.\n");
    }

    private static void Questions(StringBuilder text, CheckReport report)
    {
        if (report.Failed.Count == 0)
            return;
        text.Append("\n| edit | question | wanted | before | after | fails as |\n|---|---|---|---|---|---|\n");
        foreach (var question in report.Failed)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"| {question.Edit} | {Cell(question.Prompt)} | {Cell(question.Wanted)} | {Cell(question.AnswerBefore)} "
                + $"| {Cell(question.AnswerAfter)} | {question.FailsIn} |\n");
        }
    }

    /// <summary>A text as the cell of a table, where no mark of it is Markdown or HTML.</summary>
    private static string Cell(string text) => string.Concat(text.ReplaceLineEndings(" ").Select(
        sign => "\\`*_{}[]<>|#~".Contains(sign, StringComparison.Ordinal) ? $"\\{sign}" : sign.ToString()));
}
