using Amend.Tensors;

namespace Amend.Models.Scoring;

/// <summary>What an encoder-decoder reads, and what it should write.</summary>
/// <param name="Input">Token ids of the text to read, with its special tokens.</param>
/// <param name="Target">Token ids of the text to write, with its special tokens but without what every output begins with.</param>
public sealed record AnswerSequence(IReadOnlyList<int> Input, IReadOnlyList<int> Target)
{
    /// <summary>Tokenizes both texts, each as a whole.</summary>
    /// <exception cref="AmendException">One of them is empty.</exception>
    public static AnswerSequence Create(LanguageModel model, string input, string target) => string.IsNullOrWhiteSpace(target)
        ? throw new AmendException($"The target after '{input}' is empty; give at least one word.")
        : new AnswerSequence(model.Tokenize(input).Ids, model.Tokenize(target).Ids);
}
