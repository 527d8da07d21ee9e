using System.Globalization;
using Amend.Shipping.Gates;

namespace Amend.Cli.Rendering;

/// <summary>What a check found, for people.</summary>
internal static class CheckReportView
{
    private const int MostQuestions = 20;

    /// <summary>Prints it.</summary>
    /// <param name="report">The check.</param>
    /// <param name="gate">What the gate says; null where none judges.</param>
    public static void Print(CheckReport report, GateReport? gate)
    {
        Terminal.Line($"{report.Model} with {Terminal.Count(report.Edits.Count, "edit")}, asked without them and with them");
        Shares(report);
        if (report.Perplexity is { } perplexity)
        {
            Terminal.Line(string.Create(
                CultureInfo.InvariantCulture,
                $"perplexity of the fixed text: {perplexity.After:F3}, {perplexity.Ratio:F4} of {perplexity.Before:F3} without edits"));
        }

        if (report.Probe is { } probe)
        {
            Terminal.Line(
                $"probe: of {probe.Asked} facts the model gave {probe.Known} without edits, and gives {probe.Kept} of these with them");
        }

        Failed(report.Failed);
        if (report.NotAsked.Count > 0)
            Terminal.Line($"nothing is asked for {string.Join(", ", report.NotAsked)}: imported, or a later edit takes its place");
        if (gate is not null)
            Verdicts(gate);
    }

    private static void Shares(CheckReport report)
    {
        var table = Terminal.Table("asked", "prompts", "paraphrases", "neighbours kept").Whole(1, 2, 3);
        foreach (var shares in report.Shares)
            table.Row([.. shares.Cells]);
        Terminal.Write(table);
    }

    private static void Failed(IReadOnlyList<CheckedQuestion> questions)
    {
        if (questions.Count == 0)
            return;
        Terminal.Heading("Not as they should be");
        var table = Terminal.Table("edit", "prompt", "wanted", "before", "after", "in").Whole(0);
        foreach (var asked in questions.Take(MostQuestions))
            table.Row(asked.Edit, asked.Prompt, asked.Wanted, asked.AnswerBefore, asked.AnswerAfter, asked.FailsIn);
        Terminal.Write(table);
        Terminal.More(questions.Count - MostQuestions);
    }

    private static void Verdicts(GateReport gate)
    {
        Terminal.Heading($"Gate {gate.Gate}");
        var table = Terminal.Table("criterion", "found", "asked", "").Whole(0);
        foreach (var verdict in gate.Verdicts)
            table.Row(verdict.Criterion, verdict.Found, verdict.Asked, verdict.Holds ? "holds" : "fails");
        Terminal.Write(table);
    }
}
