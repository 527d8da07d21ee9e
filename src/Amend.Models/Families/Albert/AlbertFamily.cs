using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Families.Bert;
using Amend.Models.Tokenizers;

namespace Amend.Models.Families.Albert;

/// <summary>
/// ALBERT (Lan et al. 2020) as Hugging Face's <c>AlbertForSequenceClassification</c> and <c>AlbertForMaskedLM</c> store and compute it:
/// BERT's blocks over narrow embeddings, and few sets of weights that the layers share. An edit of a shared matrix changes each of its uses
/// (<see cref="TransformerModel.LayersWith"/>).
/// </summary>
public sealed class AlbertFamily : EncoderFamily
{
    /// <inheritdoc/>
    public override string ModelType => "albert";

    /// <inheritdoc/>
    public override TokenizerDefaults TokenizerDefaults { get; } = new()
    {
        Classes = ["AlbertTokenizer"],
        SentencePiece = new(Begins: true, Ends: true) { BeginOfText = "[CLS]", EndOfText = "[SEP]", Mask = "[MASK]", Simplifies = true },
    };

    private protected override EncoderKinds Kinds { get; } =
        new("AlbertForSequenceClassification", ["AlbertForMaskedLM", "AlbertForPreTraining"], ["AlbertModel"]);

    private protected override EncoderPlan Plan(JsonElement config)
    {
        var typed = AlbertConfig.Read(config);
        var encoder = AlbertWeights.Encoder(typed);
        return new(AlbertWeights.Form, encoder.Weights, weights => encoder.Over(weights), AlbertWeights.ClassifierHead(typed))
        {
            MaskedHead = AlbertWeights.MaskedHead(typed),
        };
    }
}

/// <summary>What an ALBERT <c>config.json</c> says, typed; names as in the file.</summary>
/// <param name="Bert">What it has in common with BERT's; its layers are counted by use.</param>
/// <param name="EmbeddingSize">embedding_size.</param>
/// <param name="HiddenLayers">num_hidden_layers: how often a group is used in all.</param>
/// <param name="HiddenGroups">num_hidden_groups: the sets of weights.</param>
/// <param name="InnerGroupNum">inner_group_num: the blocks of a group, all run at each use of it.</param>
internal sealed record AlbertConfig(BertConfig Bert, int EmbeddingSize, int HiddenLayers, int HiddenGroups, int InnerGroupNum)
{
    /// <summary>Reads the configuration.</summary>
    /// <exception cref="ModelFormatException">A key is missing, mistyped or inconsistent.</exception>
    public static AlbertConfig Read(JsonElement config)
    {
        var bert = BertConfig.Read(config) with { HiddenAct = config.TextOr("hidden_act", "gelu_new") };
        var (layers, groups, inner) =
            (bert.Shape.Layers, config.SizeOr("num_hidden_groups", 1), config.SizeOr("inner_group_num", 1));
        if (groups > layers)
        {
            throw new ModelFormatException(
                $"config.json: num_hidden_groups {groups} is more than num_hidden_layers {layers}; check the model folder.");
        }

        var byUse = bert with { Shape = bert.Shape with { Layers = layers * inner } };
        return new AlbertConfig(byUse, config.SizeOr("embedding_size", 128), layers, groups, inner);
    }

    /// <summary>Where a block's weights lie.</summary>
    /// <param name="block">The block, counted by use.</param>
    public (int Group, int Inner) PlaceOf(int block) =>
        ((int)(block / InnerGroupNum / ((double)HiddenLayers / HiddenGroups)), block % InnerGroupNum);
}
