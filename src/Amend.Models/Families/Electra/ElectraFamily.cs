using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Families.Bert;

namespace Amend.Models.Families.Electra;

/// <summary>
/// ELECTRA (Clark et al. 2020) as Hugging Face's <c>ElectraForSequenceClassification</c> stores and computes it: BERT's encoder, whose
/// embeddings may be narrower than its stream, and a head of its own. A discriminator or a generator, whose heads are not computed, can be
/// given a new one.
/// </summary>
public sealed class ElectraFamily : EncoderFamily
{
    private const int UsualEmbeddingSize = 128;

    /// <inheritdoc/>
    public override string ModelType => "electra";

    private protected override EncoderKinds Kinds { get; } =
        new("ElectraForSequenceClassification", [], ["ElectraForPreTraining", "ElectraForMaskedLM", "ElectraModel"]);

    private protected override EncoderPlan Plan(JsonElement config)
    {
        var typed = BertConfig.Read(config);
        var encoder = ElectraWeights.Encoder(typed, config.SizeOr("embedding_size", UsualEmbeddingSize));
        return new(ElectraWeights.Form, encoder.Weights, weights => encoder.Over(weights), ElectraWeights.ClassifierHead(typed.Shape));
    }
}
