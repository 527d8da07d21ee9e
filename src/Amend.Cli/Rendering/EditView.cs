using Amend.Editing.Checks;
using Amend.Editing.Sessions;

namespace Amend.Cli.Rendering;

/// <summary>The edits that were made, as text or JSON.</summary>
internal static class EditView
{
    private const int MostRows = 10;
    private const int MostNamed = 3;

    /// <summary>Prints what <c>amend edit</c> did.</summary>
    /// <param name="model">The model, as it was named.</param>
    /// <param name="outcome">What was kept, and what it did.</param>
    public static void Print(string model, EditOutcome outcome)
    {
        if (outcome.Answers is { } answers)
            Print(outcome.Edits[0], answers);
        else
            Print(outcome.Edits, outcome.Check);
        Terminal.Line($"take it back with: amend revert {model} {outcome.Edits[^1].Id}");
    }

    /// <summary>That edits were applied, in a sentence without its full stop.</summary>
    public static string InShort(IReadOnlyList<KeptEdit> edits) => edits.Count == 1
        ? $"The edit {edits[0].Id} is applied and kept in {edits[0].Path}"
        : $"{edits.Count} edits are applied and kept: {string.Join(", ", edits.Select(edit => edit.Id))}";

    /// <summary>What the edits take the place of.</summary>
    public static string Superseded(IReadOnlyList<SupersededEdit> edits)
    {
        var named = string.Join(", ", edits.Take(MostNamed).Select(edit => $"{edit.Id} (\"{edit.Prompt}\" to {edit.TargetNew})"))
            + (edits.Count > MostNamed ? $" and {edits.Count - MostNamed} more" : "");
        return (edits.Count == 1, edits[0].Replaced) switch
        {
            (true, true) => $"This edit supersedes {named}, which was taken back first.",
            (true, false) => $"This edit supersedes {named}, which stays applied below it (--replace would have taken it back first).",
            (false, true) => $"This edit supersedes {named}, which were taken back first.",
            (false, false) => $"This edit supersedes {named}, which stay applied below it (--replace would have taken them back first).",
        };
    }

    private static void Print(KeptEdit edit, EditCheckReport report)
    {
        var prompt = report.Prompt;
        Terminal.Line($"\"{prompt.Prompt}\" was answered with {prompt.AnswerBefore}, and is now with {prompt.AnswerAfter}.");
        CheckView.Print(report, edit.Record.Request.TargetNew);
        Terminal.Heading("Edit");
        Print(edit);
    }

    private static void Print(IReadOnlyList<KeptEdit> edits, RequestsReport report)
    {
        var missed = report.Requests.Where(request => !request.GivesTarget).ToList();
        Terminal.Line(
            $"{report.Given} of {Terminal.Count(report.Requests.Count, "prompt")} give the new object, {report.GivenBefore} did before; "
            + $"{report.ParaphrasesGiven} of {Terminal.Count(report.Paraphrases, "paraphrase")} follow.");
        if (missed.Count > 0)
        {
            Terminal.Heading(missed.Count > MostRows ? $"The first {MostRows} prompts that do not" : "Prompts that do not");
            var table = Terminal.Table("prompt", "new object", "P before, %", "P after, %").Numbers(2, 3);
            foreach (var request in missed.Take(MostRows))
            {
                table.Row(
                    request.Prompt, request.Target, Terminal.Share(request.ProbabilityBefore), Terminal.Share(request.ProbabilityAfter));
            }

            Terminal.Write(table);
        }

        Terminal.Heading(edits.Count == 1 ? "Edit" : "Edits");
        if (edits.Count > 1)
        {
            Terminal.Line(
                $"{edits.Count} edits in turn, {edits.Sum(edit => edit.Record.Seconds):F1} s, "
                + $"of which {edits.Count(edit => edit.Record.Converged)} converged; the last:");
        }

        Print(edits[^1]);
    }

    private static void Print(KeptEdit edit)
    {
        var losses = edit.Record.Losses;
        Terminal.Line(MadeWith.Describe(edit.Record.Editor, edit.Record.Layers)
            + (losses.Count > 1 ? $", {losses.Count} steps, loss {losses[0].Total:F2} to {losses[^1].Total:F2}" : "")
            + (edit.Record.Converged ? "" : " (the threshold was not reached: the edit may be weak)") + $", {edit.Record.Seconds:F1} s");
        if (edit.Record.Statistics.Any(note => note.IsIdentity))
            Terminal.Line($"made with {StatisticsView.Describe(edit.Record.Statistics)}: no key of any text was protected");
        if (edit.Guard is { } guard)
            Terminal.Line($"guard: {GuardView.Line(guard)}");
        Terminal.Line($"kept in {edit.Path}");
    }
}
