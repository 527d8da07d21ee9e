using Amend.Models.Families.Bert;
using Amend.Models.Shapes;
using Amend.Models.Weights;

namespace Amend.Models.Families.Roberta;

/// <summary>The names and shapes of RoBERTa's heads on disk; the rest is named as in <see cref="BertWeights"/>.</summary>
public static class RobertaWeights
{
    /// <summary>What names but the heads' begin with.</summary>
    public const string Prefix = "roberta.";

    /// <summary>The classifier's first map.</summary>
    public const string ClassifierDense = "classifier.dense";

    /// <summary>The classifier's second map.</summary>
    public const string ClassifierOut = "classifier.out_proj";

    /// <summary>The masked language model's map.</summary>
    public const string HeadDense = "lm_head.dense";

    /// <summary>The masked language model's norm.</summary>
    public const string HeadNorm = "lm_head.layer_norm";

    /// <summary>What the masked language model's bias, <c>[V]</c>, belongs to.</summary>
    public const string Head = "lm_head";

    /// <summary>The masked language model's decoder, where it is not the token embedding.</summary>
    public const string HeadDecoder = "lm_head.decoder";

    /// <summary>What else the family's files hold.</summary>
    public static CheckpointForm Form { get; } = new(Prefix)
    {
        PassedOver = [".position_ids", ".pooler.dense.weight", ".pooler.dense.bias"],
        Copies = [($"{HeadDecoder}.weight", $"{Prefix}{BertWeights.Tokens}.weight"), ($"{HeadDecoder}.bias", $"{Head}.bias")],
    };

    /// <summary>The parameters of a classifier's head.</summary>
    public static IEnumerable<WeightSpec> OfClassifier(ModelShape shape, int labels) =>
    [
        .. WeightSpec.Linear(ClassifierDense, shape.Width, shape.Width, bias: true),
        .. WeightSpec.Linear(ClassifierOut, labels, shape.Width, bias: true),
    ];

    /// <summary>The parameters of a masked language model's head.</summary>
    public static IEnumerable<WeightSpec> OfMaskedHead(BertConfig config) =>
    [
        new($"{Head}.bias", [config.Shape.Vocabulary]),
        .. WeightSpec.Linear(HeadDense, config.Shape.Width, config.Shape.Width, bias: true),
        .. WeightSpec.LayerNorm(HeadNorm, config.Shape.Width),
        .. config.TieWordEmbeddings ? [] : new[] { WeightSpec.Table(HeadDecoder, config.Shape.Vocabulary, config.Shape.Width) },
    ];
}
