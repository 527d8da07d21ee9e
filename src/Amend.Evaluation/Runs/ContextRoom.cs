using System.Text;
using Amend.Evaluation.Metrics;
using Amend.Evaluation.Reports;
using Amend.Models;
using Amend.Models.Families;
using Amend.Models.Scoring;

namespace Amend.Evaluation.Runs;

/// <summary>Whether a model's context has room for what is asked of a case, told before anything is asked.</summary>
/// <param name="model">The model.</param>
/// <param name="needs">What is asked.</param>
internal sealed class ContextRoom(LanguageModel model, MetricNeeds needs)
{
    /// <summary>Tokens that tokenizers put around a text, at most; each other token covers a byte at least.</summary>
    private const int Around = 8;
    private const int MostShown = 40;

    /// <summary>The first part of a case that the context has no room for, in words; null where all of it fits.</summary>
    public string? Excess(MetricCase asked)
    {
        var counts = new Dictionary<PromptKind, int>();
        foreach (var prompt in CaseAsker.PromptsOf(asked, needs))
        {
            var number = counts[prompt.Kind] = counts.GetValueOrDefault(prompt.Kind) + 1;
            var what = prompt.Kind == PromptKind.Rewrite
                ? $"the {ReportText.Name(prompt.Kind)}"
                : $"{ReportText.Name(prompt.Kind)} {number}";
            if (Excess(prompt.Prompt, prompt.Wanted) is { } tokens)
                return Words(what, prompt.Prompt, $" with the answer '{Shown(prompt.Wanted)}'", tokens);
            if (needs.HasFlag(MetricNeeds.Rival) && prompt.Rival is { } rival && Excess(prompt.Prompt, rival) is { } others)
                return Words(what, prompt.Prompt, $" with the answer '{Shown(rival)}'", others);
        }

        if (!needs.HasFlag(MetricNeeds.Generations))
            return null;
        foreach (var (at, opening) in asked.GenerationPrompts.Index())
        {
            if (Excess(opening, "") is { } tokens)
                return Words($"generation prompt {at + 1}", opening, "", tokens);
        }

        return null;
    }

    private int? Excess(string prompt, string target)
    {
        var room = model.Shape.ContextLength;
        if (Encoding.UTF8.GetByteCount(prompt) + Encoding.UTF8.GetByteCount(target) + Around <= room)
            return null;
        var tokens = model.Transformer is CausalDecoder && target.Length > 0
            ? TargetSequence.Create(model, prompt, target).Ids.Count
            : Math.Max(model.Tokenize(prompt).Ids.Count, target.Length > 0 ? model.Tokenize(target).Ids.Count : 0);
        return tokens > room ? tokens : null;
    }

    private string Words(string what, string text, string answer, int tokens) =>
        $"{what}, '{Shown(text)}',{answer} takes {tokens} tokens, and the context of '{model.Name}' holds {model.Shape.ContextLength}";

    private static string Shown(string text) => text.Length > MostShown ? text[..MostShown] + "…" : text;
}
