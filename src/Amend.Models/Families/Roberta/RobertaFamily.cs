using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Families.Bert;
using Amend.Models.Tokenizers;

namespace Amend.Models.Families.Roberta;

/// <summary>
/// RoBERTa (Liu et al. 2019) as Hugging Face's <c>RobertaForSequenceClassification</c> and <c>RobertaForMaskedLM</c> store and
/// compute it: BERT's encoder, its positions counted from behind the padding id's row, and heads of its own.
/// </summary>
public sealed class RobertaFamily : EncoderFamily
{
    private const int UsualPaddingId = 1;

    /// <inheritdoc/>
    public override string ModelType => "roberta";

    /// <inheritdoc/>
    public override TokenizerDefaults TokenizerDefaults { get; } = new()
        { Classes = ["RobertaTokenizer"], ByteLevel = new(Begins: true, Ends: true) };

    private protected override EncoderKinds Kinds { get; } =
        new("RobertaForSequenceClassification", ["RobertaForMaskedLM"], ["RobertaModel"]);

    private protected override EncoderPlan Plan(JsonElement config)
    {
        var padding = config.IdOrNone("pad_token_id", config.Size("vocab_size")) ?? UsualPaddingId;
        var typed = BertConfig.Read(config, padding + 1);
        var encoder = BertWeights.Encoder(typed, RobertaWeights.Prefix);
        return new(RobertaWeights.Form, encoder.Weights, weights => encoder.Over(weights), RobertaWeights.ClassifierHead(typed.Shape))
        {
            MaskedHead = RobertaWeights.MaskedHead(typed),
        };
    }
}
