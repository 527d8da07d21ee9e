using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Sources.Gguf;

namespace Amend.Models.Families.Llama;

/// <summary>Llama's models, and Mistral's, in GGUF files: the rows of queries and keys lie in neighbouring pairs.</summary>
/// <param name="defaultWindow">The window of a configuration that names none; by default, null, there is none.</param>
public sealed class LlamaGguf(int? defaultWindow = null) : IGgufArchitecture
{
    private const string QueryRows = "blk.N.attn_q";
    private const string KeyRows = "blk.N.attn_k";
    private const string HeadsKey = "num_attention_heads";
    private const string KeyValueHeadsKey = "num_key_value_heads";

    /// <inheritdoc/>
    public string Name => "llama";

    /// <inheritdoc/>
    public IReadOnlyList<string> Assumptions { get; } =
        ["Sliding windows, as of Mistral's first model, are not in such files: every token sees all earlier ones."];

    /// <inheritdoc/>
    public IReadOnlyList<GgufKey> Keys { get; } =
    [
        .. Sizes,
        GgufRotary.Scaling(GgufRotary.Llama3),
        GgufRotary.Base(),
        Epsilon,
        HeadWidth(),
        GgufKey.SaidVocabulary,
        GgufRotary.WholeHeads(config => WidthIn(config, null)),
        QueryBias(),
        GgufKey.Seen("mlp_bias", file => file.Has("blk.0.ffn_up.bias")),
        Activation,
    ];

    /// <inheritdoc/>
    public bool Reads(GgufSettings file) => !HasExperts(file);

    /// <inheritdoc/>
    public IReadOnlyList<GgufModule> Modules(JsonElement config)
    {
        var inPairs = new Dictionary<string, IGgufValues>
        {
            [QueryRows] = new PairedRows(config.Size(HeadsKey)),
            [KeyRows] = new PairedRows(config.KeyValueHeads(HeadsKey, KeyValueHeadsKey)),
        };
        return [.. InOrder.Select(module => module with { Values = inPairs.GetValueOrDefault(module.InFile) })];
    }

    /// <inheritdoc/>
    public IReadOnlyList<GgufVector> Vectors(JsonElement config) => GgufRotary.Vectors(config, WidthIn(config, null));

    /// <inheritdoc/>
    public IReadOnlyList<string> Lost(JsonElement config) => LostWindow(config, config.SizeOrNone("sliding_window", defaultWindow));

    /// <summary>The modules of models with Llama's blocks, whose rows lie in order.</summary>
    internal static IReadOnlyList<GgufModule> InOrder { get; } =
    [
        new("token_embd", "model.embed_tokens"),
        new("output_norm", "model.norm"),
        new("output", "lm_head"),
        new("blk.N.attn_norm", "model.layers.N.input_layernorm"),
        new(QueryRows, "model.layers.N.self_attn.q_proj"),
        new(KeyRows, "model.layers.N.self_attn.k_proj"),
        new("blk.N.attn_v", "model.layers.N.self_attn.v_proj"),
        new("blk.N.attn_output", "model.layers.N.self_attn.o_proj"),
        new("blk.N.ffn_norm", "model.layers.N.post_attention_layernorm"),
        new("blk.N.ffn_gate", "model.layers.N.mlp.gate_proj"),
        new("blk.N.ffn_up", "model.layers.N.mlp.up_proj"),
        new("blk.N.ffn_down", "model.layers.N.mlp.down_proj"),
    ];

    /// <summary>The sizes of all models with Llama's blocks.</summary>
    internal static IReadOnlyList<GgufKey> Sizes { get; } =
    [
        GgufKey.Size("block_count", "num_hidden_layers"),
        GgufKey.Size("context_length", "max_position_embeddings"),
        GgufKey.Size("embedding_length", "hidden_size"),
        GgufKey.Size("feed_forward_length", "intermediate_size"),
        GgufKey.Size("attention.head_count", HeadsKey),
        GgufKey.KeyValueHeads(HeadsKey, KeyValueHeadsKey),
        GgufKey.Tied,
    ];

    /// <summary>The epsilon of their norms.</summary>
    internal static GgufKey Epsilon { get; } =
        GgufKey.Number("attention.layer_norm_rms_epsilon", "rms_norm_eps", LlamaPlan.DefaultEpsilon);

    /// <summary>Their activation.</summary>
    internal static GgufKey Activation { get; } = GgufKey.Unsaid("hidden_act", LlamaPlan.DefaultActivation);

    /// <summary>The keys of models whose heads are turned whole, without scaling by tensors, as Qwen's are.</summary>
    /// <param name="headWidth">How files say the width of a head.</param>
    /// <param name="epsilon">How they say the epsilon of norms; as Llama's when null.</param>
    internal static IReadOnlyList<GgufKey> Plain(GgufKey headWidth, GgufKey? epsilon = null) =>
    [
        .. Sizes, GgufRotary.Scaling(), GgufRotary.Base(), epsilon ?? Epsilon, headWidth, GgufKey.Vocabulary, GgufRotary.WholeHeads(),
        Activation,
    ];

    /// <summary>The keys of models with norms that shift the mean, and of which files may not say a head's width.</summary>
    /// <param name="epsilonKey">The configuration's key of their epsilon, 1e-5 where it does not say.</param>
    internal static IReadOnlyList<GgufKey> WithLayerNorms(string epsilonKey) =>
        Plain(HeadWidth(isAlwaysWritten: false), GgufKey.Number("attention.layer_norm_epsilon", epsilonKey, 1e-5));

    /// <summary>That projections to queries, keys and values have biases, by a tensor of a file.</summary>
    /// <param name="inConfiguration">The configuration's key.</param>
    internal static GgufKey QueryBias(string inConfiguration = "attention_bias") =>
        GgufKey.Seen(inConfiguration, file => file.Has($"{QueryRows.Replace("N", "0", StringComparison.Ordinal)}.bias"));

    /// <summary>That the attention's projections have no biases.</summary>
    internal static GgufKey NoBias { get; } = GgufKey.Unsaid("attention_bias", bool.FalseString);

    /// <summary>The width of a head.</summary>
    /// <param name="missing">The width where a configuration does not say, its stream's over its heads by default, null.</param>
    /// <param name="isAlwaysWritten">Whether a file says it where the configuration does not; true by default.</param>
    internal static GgufKey HeadWidth(int? missing = null, bool isAlwaysWritten = true) => new("head_dim", file => file.HeadWidth, config =>
    {
        if (!isAlwaysWritten && config.SizeOrNone("head_dim", null) is null)
            return [];
        var width = (uint)WidthIn(config, missing);
        return [("attention.key_length", width), ("attention.value_length", width)];
    });

    /// <summary>The sentence for windows that are not in the file; none where a text cannot outgrow one.</summary>
    internal static IReadOnlyList<string> LostWindow(JsonElement config, int? window) =>
        window < config.Size("max_position_embeddings")
            ? [$"The sliding window of {window} tokens is not in such a file: there a token sees all earlier ones of a longer text, too."]
            : [];

    /// <summary>The width of a head in a configuration.</summary>
    internal static int WidthIn(JsonElement config, int? missing) =>
        config.SizeOrNone("head_dim", missing) ?? config.HeadWidth("hidden_size", HeadsKey);

    /// <summary>Whether a file of the architecture has experts, as Mixtral's.</summary>
    internal static bool HasExperts(GgufSettings file) => file.SizeOrNothing(GgufExperts.CountKey) is not null;
}
