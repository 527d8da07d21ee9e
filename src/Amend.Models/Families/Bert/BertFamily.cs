using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Layers;
using Amend.Models.Weights;
using Amend.Tensors.Files;
using TorchSharp;

namespace Amend.Models.Families.Bert;

/// <summary>
/// BERT (Devlin et al. 2019) as Hugging Face's <c>BertForSequenceClassification</c> and <c>BertForMaskedLM</c> store and compute
/// it; a <c>BertForPreTraining</c> is taken as a masked language model.
/// </summary>
public sealed class BertFamily : IModelFamily
{
    private const string ForClassification = "BertForSequenceClassification";
    private const string Mask = "[MASK]";

    /// <inheritdoc/>
    public string ModelType => "bert";

    /// <inheritdoc/>
    public TransformerModel Load(JsonElement config, Checkpoint checkpoint, torch.ScalarType dtype, torch.Device device)
    {
        var architecture = config.Architecture(ForClassification, "BertForMaskedLM", "BertForPreTraining");
        var typed = BertConfig.Read(config);
        WeightTable Weights(IEnumerable<WeightSpec> head) =>
            WeightReader.ReadAll([.. BertWeights.OfEncoder(typed, BertWeights.Prefix), .. head], checkpoint, dtype, device, BertWeights.Prefix);
        if (architecture != ForClassification)
            return MaskedModel(architecture, typed, Weights(BertWeights.OfMaskedHead(typed)));
        var labels = LabelSet.Read(config);
        return Classifier(architecture, typed, labels, Weights(BertWeights.OfClassifier(typed.Shape, labels.Names.Count)));
    }

    private static EncoderClassifier Classifier(string architecture, BertConfig config, LabelSet labels, WeightTable weights)
    {
        var head = new ClassificationHead(
            Linear.From(weights, BertWeights.Pooler), pooled => pooled.tanh(), Linear.From(weights, BertWeights.Classifier));
        return new EncoderClassifier(architecture, weights, BertEncoder.From(config, weights, BertWeights.Prefix), head, labels);
    }

    private static MaskedLanguageModel MaskedModel(string architecture, BertConfig config, WeightTable weights)
    {
        var decoder = config.TieWordEmbeddings ? $"{BertWeights.Prefix}{BertWeights.Tokens}.weight" : BertWeights.Decoder;
        var head = new MaskedTokenHead(
            Linear.From(weights, $"{BertWeights.Transform}.dense"),
            Activations.Find(config.HiddenAct),
            LayerNorm.From(weights, $"{BertWeights.Transform}.LayerNorm", config.LayerNormEpsilon),
            new Linear(weights[decoder].Value, weights[BertWeights.DecoderBias].Value));
        return new MaskedLanguageModel(architecture, weights, BertEncoder.From(config, weights, BertWeights.Prefix), head, Mask);
    }
}
