using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Families.Bert;
using Amend.Models.Layers;
using Amend.Models.Tokenizers;

namespace Amend.Models.Families.DebertaV2;

/// <summary>
/// DeBERTa of the versions 2 and 3 (He et al. 2021, 2023) as Hugging Face's <c>DebertaV2ForSequenceClassification</c> stores and computes
/// it: BERT's blocks with disentangled attention and, in the largest models of version 2, a convolution beside the first block. A masked
/// language model, whose head is not computed, can be given a new one.
/// </summary>
public sealed class DebertaV2Family : EncoderFamily
{
    /// <inheritdoc/>
    public override string ModelType => "deberta-v2";

    /// <inheritdoc/>
    public override TokenizerDefaults TokenizerDefaults { get; } = new()
    {
        Classes = ["DebertaV2Tokenizer"],
        SentencePiece = new(Begins: true, Ends: true) { BeginOfText = "[CLS]", EndOfText = "[SEP]" },
    };

    private protected override EncoderKinds Kinds { get; } =
        new("DebertaV2ForSequenceClassification", [], ["DebertaV2ForMaskedLM", "DebertaV2Model"]);

    private protected override EncoderPlan Plan(JsonElement config)
    {
        var typed = DebertaV2Config.Read(config);
        return new(
            DebertaV2Weights.Form,
            DebertaV2Weights.Of(typed),
            weights => DebertaV2Weights.Encoder(typed).Over(weights, (layer, block) => DebertaV2Block.Of(typed, weights, layer, block)),
            DebertaV2Weights.ClassifierHead(typed));
    }
}

/// <summary>What a DeBERTa <c>config.json</c> says, typed; names as in the file.</summary>
/// <param name="Bert">What it has in common with BERT's; without position embeddings unless <c>position_biased_input</c> is true.</param>
/// <param name="Relative">What its attention knows of distances; null where <c>relative_attention</c> is not true.</param>
/// <param name="PoolerHiddenAct">pooler_hidden_act.</param>
internal sealed record DebertaV2Config(BertConfig Bert, DistanceConfig? Relative, string PoolerHiddenAct)
{
    /// <summary>position_biased_input: whether learned positions are added to the tokens, too.</summary>
    public bool HasPositions { get; init; }

    /// <summary>conv_kernel_size: how many tokens the convolution beside the first block reads; 0 for none.</summary>
    public int ConvKernelSize { get; init; }

    /// <summary>conv_act.</summary>
    public string ConvAct { get; init; } = "tanh";

    /// <summary>Reads the configuration.</summary>
    /// <exception cref="ModelFormatException">A key is missing, mistyped or inconsistent, or asks for what is not computed.</exception>
    public static DebertaV2Config Read(JsonElement config)
    {
        var bert = BertConfig.Read(config);
        Require(config, "embedding_size", bert.Shape.Width);
        Require(config, "pooler_hidden_size", bert.Shape.Width);
        Require(config, "attention_head_size", bert.Shape.Width / bert.Shape.Heads);
        Require(config, "conv_groups", 1);
        var (convolution, pooler) = (config.TextOr("conv_act", "tanh"), config.TextOr("pooler_hidden_act", "gelu"));
        _ = (Activations.Find(convolution), Activations.Find(pooler));
        var kernel = config.CountOr("conv_kernel_size", 0);
        if (kernel > 0 && kernel % 2 == 0)
        {
            throw new ModelFormatException(
                $"config.json: conv_kernel_size {kernel} is even, so that a token has no place in the middle; check the model folder.");
        }

        var typed = bert with
        {
            TypeVocabulary = config.CountOr("type_vocab_size", 0),
            LayerNormEpsilon = config.NumberOr("layer_norm_eps", 1e-7),
        };
        return new DebertaV2Config(typed, DistanceConfig.Read(config), pooler)
        {
            HasPositions = config.FlagOr("position_biased_input", true),
            ConvKernelSize = kernel,
            ConvAct = convolution,
        };
    }

    private static void Require(JsonElement config, string key, int only)
    {
        if (config.SizeOr(key, only) is var found && found != only)
        {
            throw new ModelFormatException(
                $"config.json: '{key}' is {found}, where models of this family with {only} are computed; give one of these.");
        }
    }
}
