using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Layers;
using Amend.Models.Shapes;

namespace Amend.Models.Families.DistilBert;

/// <summary>
/// DistilBERT (Sanh et al. 2019) as Hugging Face's <c>DistilBertForSequenceClassification</c> and <c>DistilBertForMaskedLM</c>
/// store and compute it: BERT without segments.
/// </summary>
public sealed class DistilBertFamily : EncoderFamily
{
    /// <inheritdoc/>
    public override string ModelType => "distilbert";

    private protected override EncoderKinds Kinds { get; } =
        new("DistilBertForSequenceClassification", ["DistilBertForMaskedLM"], ["DistilBertModel"]);

    private protected override EncoderPlan Plan(JsonElement config)
    {
        var typed = DistilBertConfig.Read(config);
        var encoder = DistilBertWeights.Encoder(typed);
        return new(
            DistilBertWeights.Form, encoder.Weights, weights => encoder.Over(weights), DistilBertWeights.ClassifierHead(typed.Shape))
        {
            MaskedHead = DistilBertWeights.MaskedHead(typed),
        };
    }
}

/// <summary>What a DistilBERT <c>config.json</c> says, typed; names as in the file.</summary>
/// <param name="Shape">Sizes: n_layers, dim, hidden_dim, n_heads, vocab_size, max_position_embeddings.</param>
/// <param name="Activation">activation.</param>
/// <param name="TieWordEmbeddings">tie_word_embeddings: whether a masked language model's decoder is the token embedding.</param>
public sealed record DistilBertConfig(ModelShape Shape, string Activation, bool TieWordEmbeddings)
{
    /// <summary>The norms' epsilon, which no configuration sets.</summary>
    public const double Epsilon = 1e-12;

    /// <summary>Reads the configuration.</summary>
    /// <exception cref="ModelFormatException">A key is missing, mistyped or inconsistent.</exception>
    public static DistilBertConfig Read(JsonElement config)
    {
        config.HeadWidth("dim", "n_heads");
        var activation = config.TextOr("activation", "gelu");
        Activations.Find(activation);
        return new DistilBertConfig(
            new ModelShape(
                config.Size("n_layers"),
                config.Size("dim"),
                config.Size("hidden_dim"),
                config.Size("n_heads"),
                config.Size("vocab_size"),
                config.Size("max_position_embeddings")),
            activation,
            config.FlagOr("tie_word_embeddings", true));
    }
}
