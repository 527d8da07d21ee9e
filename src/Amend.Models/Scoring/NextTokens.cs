using Amend.Models.Shapes;
using Amend.Models.Tokenizers;
using static TorchSharp.torch;

namespace Amend.Models.Scoring;

/// <summary>The likeliest next tokens after a prompt.</summary>
public static class NextTokens
{
    /// <summary>The likeliest tokens, most likely first.</summary>
    /// <param name="model">The model.</param>
    /// <param name="prompt">The prompt.</param>
    /// <param name="count">How many; at most the vocabulary.</param>
    /// <exception cref="Tensors.AmendException">The prompt is empty or exceeds the context, or the model gives NaN.</exception>
    public static IReadOnlyList<TokenProbability> Top(LanguageModel model, string prompt, int count) => Top(model, model.Tokenize(prompt), count);

    /// <summary>The likeliest tokens after a prompt that is tokenized, most likely first.</summary>
    /// <param name="model">The model.</param>
    /// <param name="prompt">The prompt.</param>
    /// <param name="count">How many; at most the vocabulary.</param>
    /// <exception cref="Tensors.AmendException">The prompt exceeds the context, or the model gives NaN.</exception>
    public static IReadOnlyList<TokenProbability> Top(LanguageModel model, TokenizedText prompt, int count)
    {
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        var batch = TokenBatch.Pad([prompt.Ids], model.Tokenizer.EndOfText, model.Device);
        var logits = model.NextLogits(batch)[0];
        model.RequireNumbers(logits);
        return TokenProbability.Top(model.Tokenizer, nn.functional.softmax(logits.to(float32), 0), count);
    }
}
