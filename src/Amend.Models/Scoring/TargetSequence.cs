using Amend.Models.Subjects;
using Amend.Tensors;

namespace Amend.Models.Scoring;

/// <summary>A prompt and its target as one sequence of tokens.</summary>
/// <param name="Ids">Token ids of both, T.</param>
/// <param name="TargetStart">The index of the target's first token.</param>
public sealed record TargetSequence(IReadOnlyList<int> Ids, int TargetStart)
{
    /// <summary>The prompt's token ids.</summary>
    public IReadOnlyList<int> Prompt => [.. Ids.Take(TargetStart)];

    /// <summary>The target's token ids.</summary>
    public IReadOnlyList<int> Target => [.. Ids.Skip(TargetStart)];

    /// <summary>The number of target tokens.</summary>
    public int TargetTokens => Ids.Count - TargetStart;

    /// <summary>The places whose next token is a target's.</summary>
    public IEnumerable<int> Places => Enumerable.Range(TargetStart - 1, TargetTokens);

    /// <summary>
    /// Tokenizes a target behind its prompt as the model is asked it, see <see cref="LanguageModel.WithPreamble"/>; what is in front is of
    /// the edits that are applied now.
    /// </summary>
    /// <exception cref="AmendException">The prompt or the target is empty.</exception>
    public static TargetSequence Asked(LanguageModel model, string prompt, string target)
    {
        var following = target.Length > 0 ? model.Tokenize(target).Ids.Count + 1 : 0;
        return Create(model, model.WithPreamble(prompt, following), target);
    }

    /// <summary>Tokenizes prompt and target together; the target's tokens are those that reach past the prompt.</summary>
    /// <exception cref="AmendException">The prompt or the target is empty.</exception>
    public static TargetSequence Create(LanguageModel model, string prompt, string target)
    {
        if (string.IsNullOrWhiteSpace(target))
            throw new AmendException($"The target after '{prompt}' is empty; give at least one word.");
        var text = prompt + Behind(prompt, target);
        var tokens = model.Tokenize(text);
        var start = Enumerable.Range(0, tokens.Ids.Count).First(t => tokens.Spans[t].End > prompt.Length);
        return start > 0
            ? new TargetSequence(tokens.Ids, start)
            : throw new AmendException($"The prompt before the target '{target}' is empty; give at least one word.");
    }

    /// <summary>
    /// A target as it goes on behind a prompt: with a space in front, unless the target begins or the prompt ends with white space, or
    /// the prompt ends in a script that is written without spaces, such as Chinese. So a prompt that ends in a space or a line end
    /// sets that the target follows as it is written.
    /// </summary>
    public static string Behind(string prompt, string target) =>
        target.Length > 0 && prompt.Length > 0 && WordBorders.NeedsSpace(prompt, target) ? " " + target : target;
}
