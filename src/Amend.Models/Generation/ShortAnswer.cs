using System.Buffers;

namespace Amend.Models.Generation;

/// <summary>What a model says next, as far as the answer to a cloze prompt goes.</summary>
public static class ShortAnswer
{
    private const int MostTokens = 12;
    private static readonly SearchValues<char> Ends = SearchValues.Create(".,;\n?!");

    /// <summary>The greedy continuation up to the end of the clause, trimmed.</summary>
    /// <param name="model">The model.</param>
    /// <param name="prompt">The prompt.</param>
    /// <exception cref="Tensors.AmendException">The prompt is empty or leaves no room in the context.</exception>
    public static string Of(LanguageModel model, string prompt)
    {
        var room = model.Shape.ContextLength - model.Tokenize(prompt).Ids.Count + 1;
        var text = model.Complete(prompt, new GenerationOptions { MaxNewTokens = Math.Clamp(room, 1, MostTokens) });
        return Cut(text);
    }

    /// <summary>A continuation up to the end of its clause, trimmed.</summary>
    public static string Cut(string text) => (text.AsSpan().IndexOfAny(Ends) is >= 0 and var end ? text[..end] : text).Trim();

    /// <summary>Whether a continuation reaches the end of a clause.</summary>
    public static bool IsComplete(string text) => text.AsSpan().ContainsAny(Ends);
}
