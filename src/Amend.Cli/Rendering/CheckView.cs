using Amend.Editing.Checks;
using Amend.Models.Scoring;

namespace Amend.Cli.Rendering;

/// <summary>What an edit did, as tables.</summary>
internal static class CheckView
{
    /// <summary>Prints next tokens before and after, and the answers to paraphrases and neighbours.</summary>
    public static void Print(EditCheckReport report, string target)
    {
        Terminal.Heading("Next tokens");
        var tokens = Terminal.Table("before", "%", "after", "%").Numbers(1, 3);
        for (var i = 0; i < Math.Max(report.TopBefore.Count, report.TopAfter.Count); i++)
            tokens.Row(Text(report.TopBefore, i), Share(report.TopBefore, i), Text(report.TopAfter, i), Share(report.TopAfter, i));
        Terminal.Write(tokens);
        var (before, after) = (Terminal.Percent(report.Prompt.ProbabilityBefore), Terminal.Percent(report.Prompt.ProbabilityAfter));
        Terminal.Line($"P({target}): {before} before, {after} after");
        if (report.Chat is { } chat)
        {
            Terminal.Heading("Asked through the chat template");
            Terminal.Line($"before: {chat.AnswerBefore}");
            Terminal.Line($"after: {chat.AnswerAfter}");
            Terminal.Line();
        }

        Answers("Paraphrases, which should follow", report.Paraphrases, p => p.GivesTarget ? "follows" : "does not follow");
        Answers("Neighbours, which should keep their answer", report.Neighbors, n => n.Kept ? "kept" : "changed");
    }

    private static void Answers(string heading, IReadOnlyList<CheckedPrompt> prompts, Func<CheckedPrompt, string> verdict)
    {
        if (prompts.Count == 0)
            return;
        Terminal.Heading(heading);
        var table = Terminal.Table("prompt", "before", "after", "");
        foreach (var prompt in prompts)
            table.Row(prompt.Prompt, prompt.AnswerBefore, prompt.AnswerAfter, verdict(prompt));
        Terminal.Write(table);
    }

    private static string Text(IReadOnlyList<TokenProbability> tokens, int i) => i < tokens.Count ? $"\"{tokens[i].Text}\"" : "";

    private static string Share(IReadOnlyList<TokenProbability> tokens, int i) =>
        i < tokens.Count ? Terminal.Share(tokens[i].Probability) : "";
}
