using System.Buffers;
using Amend.Models.Families;

namespace Amend.Models.Generation;

/// <summary>What a model says to a prompt, as far as the answer to a cloze prompt or a question goes.</summary>
public static class ShortAnswer
{
    private const int MostTokens = 12;
    private static readonly SearchValues<char> Ends = SearchValues.Create(".,;\n?!");

    /// <summary>Greedy text up to the end of its clause, trimmed; of a classifier the likeliest label.</summary>
    /// <param name="model">The model.</param>
    /// <param name="prompt">The prompt.</param>
    /// <exception cref="Tensors.AmendException">
    /// The prompt is empty or leaves no room in the context, or the model says nothing.
    /// </exception>
    public static string Ask(LanguageModel model, string prompt)
    {
        if (model.Transformer is EncoderClassifier)
            return model.Classify(prompt)[0].Label;
        var asked = model.Tokenize(model.WithPreamble(prompt, MostTokens));
        var read = model.Transformer is EncoderDecoder ? 0 : asked.Ids.Count;
        var room = model.Shape.ContextLength - read + 1;
        return Cut(model.Complete(asked, new GenerationOptions { MaxNewTokens = Math.Clamp(room, 1, MostTokens) }));
    }

    /// <summary>A continuation up to the end of its clause, trimmed.</summary>
    public static string Cut(string text) => (text.AsSpan().IndexOfAny(Ends) is >= 0 and var end ? text[..end] : text).Trim();

    /// <summary>Whether a continuation reaches the end of a clause.</summary>
    public static bool IsComplete(string text) => text.AsSpan().ContainsAny(Ends);
}
