using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Layers;
using Amend.Models.Shapes;

namespace Amend.Models.Families.Bert;

/// <summary>What the <c>config.json</c> of a BERT or of one of its kin says, typed; names as in the file.</summary>
/// <param name="Shape">
/// Sizes: num_hidden_layers, hidden_size, intermediate_size, num_attention_heads, vocab_size, and max_position_embeddings less
/// the position offset.
/// </param>
/// <param name="PositionOffset">The row of the first position in the table.</param>
/// <param name="TypeVocabulary">type_vocab_size: the number of segments; 0 where the family has none.</param>
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
            config.CountOr("type_vocab_size", 2),
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
