using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Layers;
using Amend.Models.Shapes;

namespace Amend.Models.Families.ModernBert;

/// <summary>What a ModernBERT <c>config.json</c> says, typed; names as in the file.</summary>
/// <param name="Shape">
/// Sizes: num_hidden_layers, hidden_size, intermediate_size, num_attention_heads, vocab_size, max_position_embeddings.
/// </param>
/// <param name="NormEpsilon">norm_eps.</param>
/// <param name="HiddenActivation">hidden_activation.</param>
/// <param name="Layers">What each layer's attention sees.</param>
internal sealed record ModernBertConfig(
    ModelShape Shape, double NormEpsilon, string HiddenActivation, IReadOnlyList<ModernBertAttention> Layers)
{
    private const string Full = "full_attention";
    private const string Sliding = "sliding_attention";
    private const double FullTheta = 160000;

    /// <summary>classifier_activation: the function of both heads.</summary>
    public required string ClassifierActivation { get; init; }

    /// <summary>Which maps and norms have biases.</summary>
    public required ModernBertBiases Biases { get; init; }

    /// <summary>classifier_pooling: whether a classifier reads the mean of the tokens' states (<c>mean</c>) or the first one's.</summary>
    public bool ReadsMean { get; init; }

    /// <summary>tie_word_embeddings: whether a masked language model's decoder is the token embedding.</summary>
    public bool TieWordEmbeddings { get; init; }

    /// <summary>Reads the configuration.</summary>
    /// <exception cref="ModelFormatException">A key is missing, mistyped or inconsistent.</exception>
    public static ModernBertConfig Read(JsonElement config)
    {
        var headWidth = config.HeadWidth("hidden_size", "num_attention_heads");
        var (hidden, ofHeads) = (config.TextOr("hidden_activation", "gelu"), config.TextOr("classifier_activation", "gelu"));
        _ = (Activations.Find(hidden), Activations.Find(ofHeads));
        var pooling = config.TextOr("classifier_pooling", "cls");
        if (pooling is not ("cls" or "mean"))
            throw new ModelFormatException($"config.json: classifier_pooling '{pooling}' is not known; known: cls, mean.");
        var shape = new ModelShape(
            config.Size("num_hidden_layers"),
            config.Size("hidden_size"),
            config.Size("intermediate_size"),
            config.Size("num_attention_heads"),
            config.Size("vocab_size"),
            config.Size("max_position_embeddings"));
        return new ModernBertConfig(shape, config.NumberOr("norm_eps", 1e-5), hidden, Attentions(config, shape.Layers, headWidth))
        {
            ClassifierActivation = ofHeads,
            Biases = ModernBertBiases.Read(config),
            ReadsMean = pooling == "mean",
            TieWordEmbeddings = config.FlagOr("tie_word_embeddings", true),
        };
    }

    private static IReadOnlyList<ModernBertAttention> Attentions(JsonElement config, int layers, int headWidth)
    {
        var every = config.SizeOr("global_attn_every_n_layers", 3);
        var reach = config.SizeOr("local_attention", 128) / 2;
        var fullTheta = config.NumberOr("global_rope_theta", FullTheta);
        var nearTheta = config.NumberOrNone("local_rope_theta", RotarySettings.DefaultTheta) ?? fullTheta;
        var full = new ModernBertAttention(null, RotaryOf(config, Full, fullTheta, headWidth));
        var near = new ModernBertAttention(reach, RotaryOf(config, Sliding, nearTheta, headWidth));
        return [.. SlidingWindows.Read(config, layers, reach, layer => layer % every != 0).Select(window => window is null ? full : near)];
    }

    /// <summary>The rotary positions of a type of layers: <c>rope_parameters</c>, or the older keys of its base.</summary>
    private static Rotary RotaryOf(JsonElement config, string type, double olderTheta, int headWidth)
    {
        var said = config.ObjectOrNone("rope_parameters")?.ObjectOrNone(type);
        var name = said?.TextOr("rope_type", RotarySettings.Unscaled) ?? RotarySettings.Unscaled;
        if (name != RotarySettings.Unscaled)
        {
            throw new ModelFormatException(
                $"config.json: rope_parameters asks for the rotary scaling '{name}' in {type} layers, where ModernBERT has "
                + $"'{RotarySettings.Unscaled}'; check the model folder.");
        }

        if (headWidth % 2 != 0)
            throw new ModelFormatException($"config.json: heads of {headWidth} values cannot be turned in pairs; check the model folder.");
        var frequencies = Rotary.PlainFrequencies(headWidth, said?.NumberOr(RotarySettings.ThetaKey, olderTheta) ?? olderTheta);
        return new Rotary([.. frequencies.Select(frequency => (float)frequency)], RotaryLayout.Halves);
    }
}

/// <summary>What a layer's attention sees.</summary>
/// <param name="Reach">How many tokens before and behind it a token sees; all when null.</param>
/// <param name="Rotary">Its rotary positions.</param>
internal sealed record ModernBertAttention(int? Reach, Rotary Rotary);

/// <summary>Which maps and norms have biases: attention_bias, mlp_bias, norm_bias, classifier_bias, decoder_bias.</summary>
/// <param name="Attention">The attention's two maps.</param>
/// <param name="Mlp">The MLP's two maps.</param>
/// <param name="Norm">All norms.</param>
/// <param name="Head">The first map of both heads.</param>
/// <param name="Decoder">The decoder of a masked language model.</param>
internal sealed record ModernBertBiases(bool Attention, bool Mlp, bool Norm, bool Head, bool Decoder)
{
    /// <summary>Reads the flags.</summary>
    public static ModernBertBiases Read(JsonElement config) => new(
        config.FlagOr("attention_bias", false),
        config.FlagOr("mlp_bias", false),
        config.FlagOr("norm_bias", false),
        config.FlagOr("classifier_bias", false),
        config.FlagOr("decoder_bias", true));
}
