using Amend.Editing.Checks;

namespace Amend.Cli.Rendering;

/// <summary>The edits that were made, as text or JSON.</summary>
internal static class EditView
{
    private const int MostRows = 10;

    /// <summary>Prints what <c>amend edit</c> did.</summary>
    public static void Print(EditOutcome outcome, bool asJson)
    {
        if (outcome.One is { } one)
            Print(outcome, one, asJson);
        else if (asJson)
            Json.Print(new { outcome.Edits, Check = outcome.Many });
        else
            Print(outcome, outcome.Many!);
    }

    private static void Print(EditOutcome outcome, EditCheckReport report, bool asJson)
    {
        var edit = outcome.Edits[0];
        if (asJson)
        {
            Json.Print(new { edit.Id, edit.Path, edit.Record, Check = report });
            return;
        }

        Terminal.Line($"\"{report.Prompt.Prompt}\" was answered with {report.Prompt.AnswerBefore}, and is now with {report.Prompt.AnswerAfter}.");
        CheckView.Print(report, edit.Record.Request.TargetNew);
        Terminal.Heading("Edit");
        Print(edit);
        TakeBack(outcome);
    }

    private static void Print(EditOutcome outcome, RequestsReport report)
    {
        var missed = report.Requests.Where(request => !request.GivesTarget).ToList();
        Terminal.Line($"{report.Given} of {Terminal.Count(report.Requests.Count, "prompt")} give the new object, {report.GivenBefore} did before; {report.ParaphrasesGiven} of {Terminal.Count(report.Paraphrases, "paraphrase")} follow.");
        if (missed.Count > 0)
        {
            Terminal.Heading(missed.Count > MostRows ? $"The first {MostRows} prompts that do not" : "Prompts that do not");
            var table = Terminal.Table("prompt", "new object", "P before, %", "P after, %").Numbers(2, 3);
            foreach (var request in missed.Take(MostRows))
                table.Row(request.Prompt, request.Target, Terminal.Share(request.ProbabilityBefore), Terminal.Share(request.ProbabilityAfter));
            Terminal.Write(table);
        }

        Terminal.Heading(outcome.Edits.Count == 1 ? "Edit" : "Edits");
        if (outcome.Edits.Count > 1)
            Terminal.Line($"{outcome.Edits.Count} edits in turn, {outcome.Edits.Sum(edit => edit.Record.Seconds):F1} s, of which {outcome.Edits.Count(edit => edit.Record.Converged)} converged; the last:");
        Print(outcome.Edits[^1]);
        TakeBack(outcome);
    }

    private static void Print(KeptEdit edit)
    {
        var losses = edit.Record.Losses;
        Terminal.Line(MadeWith.Describe(edit.Record.Editor, edit.Record.Layers)
            + (losses.Count > 1 ? $", {losses.Count} steps, loss {losses[0].Total:F2} to {losses[^1].Total:F2}" : "")
            + (edit.Record.Converged ? "" : " (the threshold was not reached: the edit may be weak)") + $", {edit.Record.Seconds:F1} s");
        if (edit.Record.Statistics.Any(note => note.IsIdentity))
            Terminal.Line($"made with {StatisticsView.Describe(edit.Record.Statistics)}: no key of any text was protected");
        if (edit.Record.Guard is { } guard)
            Terminal.Line($"guard: {GuardView.Line(guard)}");
        Terminal.Line($"kept in {edit.Path}");
    }

    private static void TakeBack(EditOutcome outcome) =>
        Terminal.Line($"take it back with: amend revert {outcome.Model} {outcome.Edits[^1].Id}");
}
