using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Tensors;

namespace Amend.Models.Training;

/// <summary>How large a share of values is dropped in training (Srivastava et al. 2014).</summary>
/// <param name="Hidden">Of the embeddings, of what attention and MLP add to the stream, and of the pooled state.</param>
/// <param name="Attention">Of the attention's weights.</param>
public sealed record DropoutRates(double Hidden, double Attention)
{
    private const double OfTransformers = 0.1;

    /// <summary>
    /// Reads <c>hidden_dropout_prob</c> and <c>attention_probs_dropout_prob</c> of a BERT's <c>config.json</c>, which DistilBERT and
    /// ModernBERT name otherwise; 0.1 where they are missing, as in transformers.
    /// </summary>
    public static DropoutRates Read(JsonElement config) => new(
        First(config, "hidden_dropout_prob", "dropout", "embedding_dropout"),
        First(config, "attention_probs_dropout_prob", "attention_dropout"));

    private static double First(JsonElement config, params string[] keys) =>
        config.NumberOr(keys.FirstOrDefault(key => config.TryGetProperty(key, out _)) ?? keys[0], OfTransformers);

    /// <summary>Refuses shares that leave nothing.</summary>
    /// <exception cref="AmendException">A share is not in [0, 1).</exception>
    internal DropoutRates Validated() => Hidden is >= 0 and < 1 && Attention is >= 0 and < 1
        ? this
        : throw new AmendException($"Dropout of {Hidden} and, in attention, {Attention} was asked; give shares from 0 to below 1.");
}
