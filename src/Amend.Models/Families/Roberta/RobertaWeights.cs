using Amend.Models.Families.Bert;
using Amend.Models.Layers;
using Amend.Models.Shapes;
using Amend.Models.Weights;

namespace Amend.Models.Families.Roberta;

/// <summary>The names and shapes of RoBERTa's heads on disk; the rest is named as in <see cref="BertWeights"/>.</summary>
internal static class RobertaWeights
{
    /// <summary>What names but the heads' begin with.</summary>
    public const string Prefix = "roberta.";

    private const string Head = "lm_head";
    private const string Decoder = "lm_head.decoder";
    private const string Tokens = Prefix + BertWeights.Tokens;

    /// <summary>What else the family's files hold.</summary>
    public static CheckpointForm Form { get; } = new(Prefix)
    {
        PassedOver = [".position_ids", ".pooler.dense.weight", ".pooler.dense.bias"],
        Copies = VocabularyNames.Copies(Decoder, Head, Tokens),
    };

    /// <summary>The head of a classifier.</summary>
    public static ClassifierForm ClassifierHead(ModelShape shape) =>
        new("classifier.dense", Activations.Find("tanh"), "classifier.out_proj", shape.Width);

    /// <summary>The head of a masked language model, whose function is always GELU.</summary>
    public static MaskedHeadForm MaskedHead(BertConfig config) => new(
        $"{Head}.dense", Activations.Find("gelu"), new($"{Head}.layer_norm", config.LayerNormEpsilon),
        new(Decoder, Head, config.TieWordEmbeddings ? Tokens : null), config.Shape)
    {
        Mask = "<mask>",
    };
}
