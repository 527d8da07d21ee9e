using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Layers;
using Amend.Models.Taps;
using Amend.Models.Weights;
using Amend.Tensors.Files;
using TorchSharp;
using static TorchSharp.torch.nn.functional;

namespace Amend.Models.Families.DistilBert;

/// <summary>
/// DistilBERT (Sanh et al. 2019) as Hugging Face's <c>DistilBertForSequenceClassification</c> and <c>DistilBertForMaskedLM</c>
/// store and compute it: BERT without segments.
/// </summary>
public sealed class DistilBertFamily : IModelFamily
{
    private const string ForClassification = "DistilBertForSequenceClassification";
    private const string Mask = "[MASK]";

    /// <inheritdoc/>
    public string ModelType => "distilbert";

    /// <inheritdoc/>
    public TransformerModel Load(JsonElement config, Checkpoint checkpoint, torch.ScalarType dtype, torch.Device device)
    {
        var architecture = config.Architecture(ForClassification, "DistilBertForMaskedLM");
        var typed = DistilBertConfig.Read(config);
        WeightTable Weights(IEnumerable<WeightSpec> head) =>
            WeightReader.ReadAll([.. DistilBertWeights.OfEncoder(typed.Shape), .. head], checkpoint, dtype, device, DistilBertWeights.Prefix);
        if (architecture != ForClassification)
            return MaskedModel(architecture, typed, Weights(DistilBertWeights.OfMaskedHead(typed)));
        var labels = LabelSet.Read(config);
        return Classifier(architecture, typed, labels, Weights(DistilBertWeights.OfClassifier(typed.Shape, labels.Names.Count)));
    }

    private static EncoderClassifier Classifier(string architecture, DistilBertConfig config, LabelSet labels, WeightTable weights)
    {
        var head = new ClassificationHead(
            Linear.From(weights, DistilBertWeights.PreClassifier), dense => relu(dense), Linear.From(weights, DistilBertWeights.Classifier));
        return new EncoderClassifier(architecture, weights, Encoder(config, weights), head, labels);
    }

    private static MaskedLanguageModel MaskedModel(string architecture, DistilBertConfig config, WeightTable weights)
    {
        var decoder = config.TieWordEmbeddings ? DistilBertWeights.Tokens : DistilBertWeights.VocabProjector;
        var head = new MaskedTokenHead(
            Linear.From(weights, DistilBertWeights.VocabTransform),
            Activations.Find(config.Activation),
            LayerNorm.From(weights, DistilBertWeights.VocabNorm, DistilBertConfig.Epsilon),
            new Linear(weights[$"{decoder}.weight"].Value, weights[$"{DistilBertWeights.VocabProjector}.bias"].Value));
        return new MaskedLanguageModel(architecture, weights, Encoder(config, weights), head, Mask);
    }

    private static PostNormStack Encoder(DistilBertConfig config, WeightTable weights) => new(
        Stack.Encoder, config.Shape, new TapSet(),
        new InputEmbedding(
            Embedding.From(weights, DistilBertWeights.Tokens), Embedding.From(weights, DistilBertWeights.Positions), PositionOffset: 0,
            LayerNorm.From(weights, DistilBertWeights.EmbeddingNorm, DistilBertConfig.Epsilon)),
        [.. Enumerable.Range(0, config.Shape.Layers).Select(layer => Block(config, weights, layer))],
        layer => DistilBertWeights.InBlock(layer, "ffn.lin2.weight"));

    private static PostNormBlock Block(DistilBertConfig config, WeightTable weights, int layer)
    {
        Linear Map(string name) => Linear.From(weights, DistilBertWeights.InBlock(layer, name));
        LayerNorm Norm(string name) => LayerNorm.From(weights, DistilBertWeights.InBlock(layer, name), DistilBertConfig.Epsilon);
        return new PostNormBlock(
            new AttentionLayer(
                Map("attention.q_lin"), Map("attention.k_lin"), Map("attention.v_lin"), Map("attention.out_lin"), config.Shape.Heads, AttentionForm.Plain),
            Norm("sa_layer_norm"),
            Map("ffn.lin1"), Activations.Find(config.Activation), Map("ffn.lin2"), Norm("output_layer_norm"));
    }
}
