using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Layers;
using Amend.Models.Shapes;
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
        WeightTable Weights(IEnumerable<WeightSpec> head) => WeightReader.ReadAll(
            [.. DistilBertWeights.OfEncoder(typed.Shape), .. head], checkpoint, dtype, device, DistilBertWeights.Form);
        if (architecture != ForClassification)
            return MaskedModel(architecture, typed, Weights(DistilBertWeights.OfMaskedHead(typed)));
        var labels = LabelSet.Read(config);
        return Classifier(architecture, typed, labels, Weights(DistilBertWeights.OfClassifier(typed.Shape, labels.Names.Count)));
    }

    private static EncoderClassifier Classifier(string architecture, DistilBertConfig config, LabelSet labels, WeightTable weights)
    {
        var head = new ClassificationHead(
            Linear.From(weights, DistilBertWeights.PreClassifier),
            dense => relu(dense),
            Linear.From(weights, DistilBertWeights.Classifier));
        return new EncoderClassifier(architecture, weights, Encoder(config, weights), head, labels);
    }

    private static MaskedLanguageModel MaskedModel(string architecture, DistilBertConfig config, WeightTable weights)
    {
        var decoder = config.TieWordEmbeddings ? DistilBertWeights.Tokens : DistilBertWeights.VocabProjector;
        var head = new MaskedTokenHead(
            Linear.From(weights, DistilBertWeights.VocabTransform),
            Activations.Find(config.Activation),
            LayerNorm.From(weights, DistilBertWeights.VocabNorm, DistilBertConfig.Epsilon),
            Linear.From(weights, decoder, bias: DistilBertWeights.VocabProjector));
        return new MaskedLanguageModel(architecture, weights, Encoder(config, weights), head, Mask);
    }

    private static PostNormStack Encoder(DistilBertConfig config, WeightTable weights) => new(
        Stack.Encoder, config.Shape, weights,
        new InputEmbedding(
            Embedding.From(weights, DistilBertWeights.Tokens), Embedding.From(weights, DistilBertWeights.Positions), PositionOffset: 0,
            LayerNorm.From(weights, DistilBertWeights.EmbeddingNorm, DistilBertConfig.Epsilon)),
        [.. Enumerable.Range(0, config.Shape.Layers).Select(layer => Block(config, weights, layer))],
        new BlockNames(DistilBertWeights.InBlock, "ffn.lin2"));

    private static PostNormBlock Block(DistilBertConfig config, WeightTable weights, int layer)
    {
        Linear Map(string name) => Linear.From(weights, DistilBertWeights.InBlock(layer, name));
        LayerNorm Norm(string name) => LayerNorm.From(weights, DistilBertWeights.InBlock(layer, name), DistilBertConfig.Epsilon);
        return new PostNormBlock(
            new AttentionLayer(
                Map("attention.q_lin"), Map("attention.k_lin"), Map("attention.v_lin"), Map("attention.out_lin"),
                config.Shape.Heads, AttentionForm.Plain),
            Norm("sa_layer_norm"),
            Map("ffn.lin1"), Activations.Find(config.Activation), Map("ffn.lin2"), Norm("output_layer_norm"));
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
