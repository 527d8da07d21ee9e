using System.Text.Json;
using Amend.Models.Layers;
using Amend.Models.Weights;

namespace Amend.Models.Families.Bert;

/// <summary>
/// BERT (Devlin et al. 2019) as Hugging Face's <c>BertForSequenceClassification</c> and <c>BertForMaskedLM</c> store and compute
/// it; a <c>BertForPreTraining</c> is taken as a masked language model, and a <c>BertModel</c>, which has no head, can be given one.
/// </summary>
public sealed class BertFamily : EncoderFamily
{
    /// <summary>The <c>model_type</c>.</summary>
    internal const string Name = "bert";

    /// <summary>What <c>config.json</c> calls a classifier.</summary>
    internal const string ForClassification = "BertForSequenceClassification";

    /// <inheritdoc/>
    public override string ModelType => Name;

    private protected override EncoderKinds Kinds { get; } =
        new(ForClassification, ["BertForMaskedLM", "BertForPreTraining"], ["BertModel"]);

    /// <summary>Puts a classifier together over its parameters, which it then owns.</summary>
    public static EncoderClassifier CreateClassifier(BertConfig config, LabelSet labels, WeightTable weights) =>
        PlanOf(config).ClassifierOf(ForClassification, labels, weights);

    /// <summary>Puts the head of a masked language model together.</summary>
    /// <param name="config">The sizes.</param>
    /// <param name="encoder">The table with the token embedding, to which the decoder may be tied.</param>
    /// <param name="head">The table with the head's own parameters, which may be the same.</param>
    public static MaskedTokenHead CreateMaskedHead(BertConfig config, WeightTable encoder, WeightTable head) =>
        BertWeights.MaskedHead(config).Over(encoder, head);

    private protected override EncoderPlan Plan(JsonElement config) => PlanOf(BertConfig.Read(config));

    private static EncoderPlan PlanOf(BertConfig config)
    {
        var encoder = BertWeights.Encoder(config, BertWeights.Prefix);
        return new(BertWeights.Form, encoder.Weights, weights => encoder.Over(weights), BertWeights.ClassifierHead(config.Shape))
        {
            MaskedHead = BertWeights.MaskedHead(config),
        };
    }
}
