using Amend.Models.Families;
using Amend.Models.Shapes;
using Amend.Models.Tokenizers;
using static TorchSharp.torch;

namespace Amend.Models.Scoring;

/// <summary>
/// The likeliest next tokens after a prompt; of an encoder-decoder the first ones that it writes, of a classifier its labels.
/// </summary>
public static class NextTokens
{
    /// <summary>The likeliest tokens, most likely first.</summary>
    /// <param name="model">The model.</param>
    /// <param name="prompt">The prompt.</param>
    /// <param name="count">How many; at most the vocabulary.</param>
    /// <exception cref="Tensors.AmendException">
    /// The prompt is empty or exceeds the context, or the model says nothing or gives NaN.
    /// </exception>
    public static IReadOnlyList<TokenProbability> Top(LanguageModel model, string prompt, int count) =>
        Top(model, model.Tokenize(model.WithPreamble(prompt)), count);

    /// <summary>The likeliest tokens after a prompt that is tokenized, most likely first.</summary>
    /// <param name="model">The model.</param>
    /// <param name="prompt">The prompt.</param>
    /// <param name="count">How many; at most the vocabulary.</param>
    /// <exception cref="Tensors.AmendException">The prompt exceeds the context, or the model says nothing or gives NaN.</exception>
    public static IReadOnlyList<TokenProbability> Top(LanguageModel model, TokenizedText prompt, int count)
    {
        model.Require("What is likeliest to be said", TargetBatch.Kinds);
        if (model.Transformer is EncoderClassifier)
        {
            return
            [
                .. model.Classify(prompt.Text).Take(count)
                    .Select(label => new TokenProbability(label.Id, label.Label, label.Probability)),
            ];
        }

        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        var logits = Logits(model, prompt.Ids);
        model.RequireNumbers(logits);
        return TokenProbability.Top(model.Tokenizer, nn.functional.softmax(logits.to(float32), 0), count);
    }

    /// <summary>The logits of the next token, <c>[V]</c>, in the caller's dispose scope.</summary>
    internal static Tensor Logits(LanguageModel model, IReadOnlyList<int> prompt)
    {
        if (model.Transformer is not EncoderDecoder answering)
            return model.NextLogits(TokenBatch.Pad([prompt], model.Tokenizer.EndOfText, model.Device))[0];
        model.CheckLength(prompt.Count);
        var beginning = TokenBatch.Pad([answering.Marks.Beginning], padding: 0, model.Device);
        return answering.Logits(TokenBatch.Pad([prompt], padding: 0, model.Device), beginning)[0][-1];
    }
}
