using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Families.Bert;
using Amend.Models.Layers;
using Amend.Models.Tokenizers;
using Amend.Models.Weights;
using Amend.Tensors.Files;
using TorchSharp;

namespace Amend.Models.Families.Roberta;

/// <summary>
/// RoBERTa (Liu et al. 2019) as Hugging Face's <c>RobertaForSequenceClassification</c> and <c>RobertaForMaskedLM</c> store and
/// compute it: BERT's encoder, its positions counted from behind the padding id's row, and heads of its own.
/// </summary>
public sealed class RobertaFamily : IModelFamily
{
    private const string ForClassification = "RobertaForSequenceClassification";
    private const string Mask = "<mask>";
    private const int UsualPaddingId = 1;

    /// <inheritdoc/>
    public string ModelType => "roberta";

    /// <inheritdoc/>
    public TokenizerDefaults TokenizerDefaults { get; } = new()
        { Classes = ["RobertaTokenizer"], ByteLevel = new(Begins: true, Ends: true) };

    /// <inheritdoc/>
    public TransformerModel Load(JsonElement config, Checkpoint checkpoint, torch.ScalarType dtype, torch.Device device)
    {
        var architecture = config.Architecture(ForClassification, "RobertaForMaskedLM");
        var padding = config.IdOrNone("pad_token_id", config.Size("vocab_size")) ?? UsualPaddingId;
        var typed = BertConfig.Read(config, padding + 1);
        WeightTable Weights(IEnumerable<WeightSpec> head) => WeightReader.ReadAll(
            [.. BertWeights.OfEncoder(typed, RobertaWeights.Prefix), .. head], checkpoint, dtype, device, RobertaWeights.Form);
        if (architecture != ForClassification)
            return MaskedModel(architecture, typed, Weights(RobertaWeights.OfMaskedHead(typed)));
        var labels = LabelSet.Read(config);
        return Classifier(architecture, typed, labels, Weights(RobertaWeights.OfClassifier(typed.Shape, labels.Names.Count)));
    }

    private static EncoderClassifier Classifier(string architecture, BertConfig config, LabelSet labels, WeightTable weights)
    {
        var head = new ClassificationHead(
            Linear.From(weights, RobertaWeights.ClassifierDense),
            dense => dense.tanh(),
            Linear.From(weights, RobertaWeights.ClassifierOut));
        return new EncoderClassifier(architecture, weights, BertEncoder.From(config, weights, RobertaWeights.Prefix), head, labels);
    }

    private static MaskedLanguageModel MaskedModel(string architecture, BertConfig config, WeightTable weights)
    {
        var decoder = config.TieWordEmbeddings ? RobertaWeights.Prefix + BertWeights.Tokens : RobertaWeights.HeadDecoder;
        var head = new MaskedTokenHead(
            Linear.From(weights, RobertaWeights.HeadDense),
            Activations.Find("gelu"),
            LayerNorm.From(weights, RobertaWeights.HeadNorm, config.LayerNormEpsilon),
            Linear.From(weights, decoder, bias: RobertaWeights.Head));
        return new MaskedLanguageModel(architecture, weights, BertEncoder.From(config, weights, RobertaWeights.Prefix), head, Mask);
    }
}
