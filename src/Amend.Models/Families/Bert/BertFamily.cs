using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Layers;
using Amend.Models.Shapes;
using Amend.Models.Weights;
using Amend.Tensors.Files;
using TorchSharp;

namespace Amend.Models.Families.Bert;

/// <summary>
/// BERT (Devlin et al. 2019) as Hugging Face's <c>BertForSequenceClassification</c> and <c>BertForMaskedLM</c> store and compute
/// it; a <c>BertForPreTraining</c> is taken as a masked language model, and a <c>BertModel</c>, which has no head, can be given one.
/// </summary>
public sealed class BertFamily : IClassifierFamily
{
    /// <summary>The <c>model_type</c>.</summary>
    internal const string Name = "bert";

    /// <summary>What <c>config.json</c> calls a classifier.</summary>
    internal const string ForClassification = "BertForSequenceClassification";

    private const string WithoutHead = "BertModel";
    private const string Mask = "[MASK]";

    private static readonly string[] WithMaskedHead = ["BertForMaskedLM", "BertForPreTraining"];

    /// <inheritdoc/>
    public string ModelType => Name;

    /// <inheritdoc/>
    public TransformerModel Load(JsonElement config, Checkpoint checkpoint, torch.ScalarType dtype, torch.Device device)
    {
        RefuseHeadless(config);
        var architecture = config.Architecture([ForClassification, .. WithMaskedHead]);
        var typed = BertConfig.Read(config);
        WeightTable Weights(IEnumerable<WeightSpec> head) => WeightReader.ReadAll(
            [.. BertWeights.OfEncoder(typed, BertWeights.Prefix), .. head], checkpoint, dtype, device, BertWeights.Form);
        if (architecture != ForClassification)
            return MaskedModel(architecture, typed, Weights(BertWeights.OfMaskedHead(typed)));
        var labels = LabelSet.Read(config);
        return CreateClassifier(typed, labels, Weights(BertWeights.OfClassifier(typed.Shape, labels.Names.Count)));
    }

    /// <inheritdoc/>
    public EncoderClassifier LoadWithNewHead(
        JsonElement config, Checkpoint checkpoint, NewHead head, torch.ScalarType dtype, torch.Device device)
    {
        config.Architecture([ForClassification, WithoutHead, .. WithMaskedHead]);
        var typed = BertConfig.Read(config);
        WeightSpec[] newHead = [.. BertWeights.OfClassifier(typed.Shape, head.Labels.Names.Count)];
        var pooler = newHead.Where(spec => spec.Name.StartsWith(BertWeights.Pooler, StringComparison.Ordinal));
        var weights = WeightReader.ReadAll(
            [.. BertWeights.OfEncoder(typed, BertWeights.Prefix), .. pooler.Select(spec => spec with { IsOptional = true })],
            checkpoint, dtype, device, BertWeights.Form);
        head.AddTo(weights, newHead, config.NumberOr("initializer_range", 0.02), dtype, device);
        return CreateClassifier(typed, head.Labels, weights);
    }

    private static void RefuseHeadless(JsonElement config)
    {
        if (config.TextsOrNone("architectures") is [WithoutHead, ..])
        {
            throw new ModelFormatException(
                $"config.json: the model is a {WithoutHead}, an encoder without a head, and answers nothing by itself; train one on it "
                + "with amend train classifier, or give an overlay with one: BASE+OVERLAY.");
        }
    }

    /// <summary>Puts a classifier together over its parameters, which it then owns.</summary>
    public static EncoderClassifier CreateClassifier(BertConfig config, LabelSet labels, WeightTable weights)
    {
        var head = new ClassificationHead(
            Linear.From(weights, BertWeights.Pooler), pooled => pooled.tanh(), Linear.From(weights, BertWeights.Classifier));
        return new EncoderClassifier(ForClassification, weights, BertEncoder.From(config, weights, BertWeights.Prefix), head, labels);
    }

    /// <summary>Puts the head of a masked language model together.</summary>
    /// <param name="config">The sizes.</param>
    /// <param name="encoder">The table with the token embedding, to which the decoder may be tied.</param>
    /// <param name="head">The table with the head's own parameters, which may be the same.</param>
    public static MaskedTokenHead CreateMaskedHead(BertConfig config, WeightTable encoder, WeightTable head)
    {
        var decoder = config.TieWordEmbeddings
            ? Parameter.From(encoder, $"{BertWeights.Prefix}{BertWeights.Tokens}.weight")
            : Parameter.From(head, $"{BertWeights.Decoder}.weight");
        return new MaskedTokenHead(
            Linear.From(head, $"{BertWeights.Transform}.dense"),
            Activations.Find(config.HiddenAct),
            LayerNorm.From(head, $"{BertWeights.Transform}.LayerNorm", config.LayerNormEpsilon),
            new Linear(decoder, Parameter.From(head, $"{BertWeights.DecoderBias}.bias")));
    }

    private static MaskedLanguageModel MaskedModel(string architecture, BertConfig config, WeightTable weights) => new(
        architecture, weights, BertEncoder.From(config, weights, BertWeights.Prefix), CreateMaskedHead(config, weights, weights), Mask);
}

/// <summary>What a BERT or RoBERTa <c>config.json</c> says, typed; names as in the file.</summary>
/// <param name="Shape">
/// Sizes: num_hidden_layers, hidden_size, intermediate_size, num_attention_heads, vocab_size, and max_position_embeddings less
/// the position offset.
/// </param>
/// <param name="PositionOffset">The row of the first position in the table.</param>
/// <param name="TypeVocabulary">type_vocab_size: the number of segments.</param>
/// <param name="LayerNormEpsilon">layer_norm_eps.</param>
/// <param name="HiddenAct">hidden_act.</param>
/// <param name="TieWordEmbeddings">tie_word_embeddings: whether a masked language model's decoder is the token embedding.</param>
public sealed record BertConfig(
    ModelShape Shape, int PositionOffset, int TypeVocabulary, double LayerNormEpsilon, string HiddenAct, bool TieWordEmbeddings)
{
    /// <summary>Reads the configuration.</summary>
    /// <param name="config">The root of <c>config.json</c>.</param>
    /// <param name="positionOffset">The row of the first position in the table; 0 in BERT.</param>
    /// <exception cref="ModelFormatException">A key is missing, mistyped or inconsistent.</exception>
    public static BertConfig Read(JsonElement config, int positionOffset = 0)
    {
        config.HeadWidth("hidden_size", "num_attention_heads");
        var positions = config.TextOr("position_embedding_type", "absolute");
        if (positions != "absolute")
        {
            throw new ModelFormatException(
                $"config.json: position_embedding_type '{positions}' is not known; give a model with 'absolute' positions.");
        }

        var activation = config.TextOr("hidden_act", "gelu");
        Activations.Find(activation);
        return new BertConfig(
            new ModelShape(
                config.Size("num_hidden_layers"),
                config.Size("hidden_size"),
                config.Size("intermediate_size"),
                config.Size("num_attention_heads"),
                config.Size("vocab_size"),
                config.Size("max_position_embeddings") - positionOffset),
            positionOffset,
            config.SizeOr("type_vocab_size", 2),
            config.NumberOr("layer_norm_eps", 1e-12),
            activation,
            config.FlagOr("tie_word_embeddings", true));
    }

    /// <summary>The <c>config.json</c> of a classifier.</summary>
    /// <param name="labels">Its labels.</param>
    public IReadOnlyDictionary<string, object> ToJson(LabelSet labels) => new SortedDictionary<string, object>(StringComparer.Ordinal)
    {
        ["architectures"] = new[] { BertFamily.ForClassification },
        ["attention_probs_dropout_prob"] = 0.1,
        ["hidden_act"] = HiddenAct,
        ["hidden_dropout_prob"] = 0.1,
        ["hidden_size"] = Shape.Width,
        ["id2label"] = labels.Names.Index().ToDictionary(label => $"{label.Index}", label => label.Item),
        ["intermediate_size"] = Shape.MlpWidth,
        ["label2id"] = labels.Names.Index().ToDictionary(label => label.Item, label => label.Index),
        ["layer_norm_eps"] = LayerNormEpsilon,
        ["max_position_embeddings"] = Shape.ContextLength + PositionOffset,
        ["model_type"] = BertFamily.Name,
        ["num_attention_heads"] = Shape.Heads,
        ["num_hidden_layers"] = Shape.Layers,
        ["pad_token_id"] = 0,
        ["position_embedding_type"] = "absolute",
        ["tie_word_embeddings"] = TieWordEmbeddings,
        ["torch_dtype"] = "float16",
        ["type_vocab_size"] = TypeVocabulary,
        ["vocab_size"] = Shape.Vocabulary,
    };
}
