using System.Text.Json;

namespace Amend.Models.Families.ModernBert;

/// <summary>
/// ModernBERT (Warner et al. 2024) as Hugging Face's <c>ModernBertForSequenceClassification</c> and <c>ModernBertForMaskedLM</c> store and
/// compute it; a <c>ModernBertModel</c>, which has no head, can be given one.
/// </summary>
public sealed class ModernBertFamily : EncoderFamily
{
    /// <inheritdoc/>
    public override string ModelType => "modernbert";

    private protected override EncoderKinds Kinds { get; } =
        new("ModernBertForSequenceClassification", ["ModernBertForMaskedLM"], ["ModernBertModel"]);

    private protected override EncoderPlan Plan(JsonElement config)
    {
        var typed = ModernBertConfig.Read(config);
        return new(
            ModernBertWeights.Form, ModernBertWeights.Of(typed), weights => new ModernBertStack(typed, weights),
            ModernBertWeights.ClassifierHead(typed))
        {
            MaskedHead = ModernBertWeights.MaskedHead(typed),
        };
    }
}
