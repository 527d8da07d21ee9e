using Amend.Editing.Sessions;
using Amend.Models.Scoring;

namespace Amend.Cli.Rendering;

/// <summary>What a model says, as text and tables.</summary>
internal static class AnswerView
{
    /// <summary>Prints the answer to a prompt.</summary>
    public static void Print(AskOutcome answer)
    {
        Terminal.Line(answer is { Completion: { } answered } and ({ Top: null } or { Written: not null })
            ? answered.Trim()
            : answer.Prompt + answer.Completion);
        if (answer.Top is { } top)
            Tokens(answer.Written is null ? "next token" : "first token", top);
        if (answer.Labels is { } labels)
            Labels(labels);
        for (var i = 0; i < answer.Masks?.Count; i++)
            Tokens(answer.Masks.Count == 1 ? "masked token" : $"masked token {i + 1}", answer.Masks[i]);
    }

    private static void Tokens(string heading, IReadOnlyList<TokenProbability> tokens)
    {
        var table = Terminal.Table(heading, "%").Numbers(1);
        foreach (var token in tokens)
            table.Row($"\"{token.Text}\"", Terminal.Share(token.Probability));
        Terminal.Write(table);
    }

    private static void Labels(IReadOnlyList<LabelProbability> labels)
    {
        var table = Terminal.Table("label", "%").Numbers(1);
        foreach (var label in labels)
            table.Row(label.Label, Terminal.Share(label.Probability));
        Terminal.Write(table);
    }
}
