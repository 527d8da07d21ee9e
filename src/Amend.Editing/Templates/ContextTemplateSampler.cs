using Amend.Models;
using Amend.Models.Generation;

namespace Amend.Editing.Templates;

/// <summary>
/// Samples context templates from the model itself: from the begin-of-text token with top-k 5, each followed by
/// <c>". {}"</c> (<c>get_context_templates</c> in kmeng01/rome), but with a seed, and for this model alone.
/// </summary>
public static class ContextTemplateSampler
{
    private const int TopK = 5;

    /// <summary>The templates of a seed.</summary>
    /// <param name="model">The model to sample from, as it is now.</param>
    /// <param name="lengths">Pairs of most tokens, the begin-of-text token among them, and number of texts.</param>
    /// <param name="seed">The sampling's seed.</param>
    public static ContextTemplates Sample(LanguageModel model, IReadOnlyList<(int Length, int Count)> lengths, int seed)
    {
        var texts = new List<string> { "{}" };
        var start = model.Tokenizer.BeginOfText;
        for (var i = 0; i < lengths.Count; i++)
        {
            var (length, count) = lengths[i];
            if (count == 0)
                continue;
            var options = new GenerationOptions { MaxNewTokens = length - 1, TopK = TopK, Seed = seed + i };
            var prompts = Enumerable.Repeat((IReadOnlyList<int>)[start], count).ToArray();
            texts.AddRange(new Generator(model).Generate(prompts, options)
                .Select(ids => Clean(model.Tokenizer.DecodeContinuation(ids.Where(id => id != start && id != model.Tokenizer.EndOfText))))
                .Where(text => text.Length > 0)
                .Select(text => text + ". {}"));
        }

        return new ContextTemplates(texts);
    }

    /// <summary>
    /// Templates whose texts go on from given starts, sampled with top-k 5 to one length (<c>get_context_templates</c> in
    /// kmeng01/memit, which starts with The, Therefore, Because, I and You).
    /// </summary>
    /// <param name="model">The model to sample from, as it is now.</param>
    /// <param name="starts">The starts, one template each; an empty one starts with the begin-of-text token.</param>
    /// <param name="length">Tokens of each text, its start among them.</param>
    /// <param name="seed">The sampling's seed.</param>
    public static ContextTemplates Sample(LanguageModel model, IReadOnlyList<string> starts, int length, int seed)
    {
        var begin = model.Tokenizer.EndOfText;
        IReadOnlyList<int>[] prompts = [.. starts.Select(start => start.Length == 0 ? [begin] : model.Tokenize(start).Ids)];
        var grown = new Generator(model).Generate(
            prompts, [.. prompts.Select(ids => Math.Max(0, length - ids.Count))], new GenerationOptions { TopK = TopK, Seed = seed });
        var texts = prompts.Zip(grown).Select(of => Clean(model.Tokenizer.Decode(of.First.Concat(of.Second).Where(id => id != begin))));
        return new ContextTemplates(["{}", .. texts.Where(text => text.Length > 0).Select(text => text + ". {}")]);
    }

    private static string Clean(string text)
    {
        var words = text.Replace('{', ' ').Replace('}', ' ').Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return string.Join(' ', words).TrimEnd('.', ' ');
    }
}
