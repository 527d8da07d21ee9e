using System.Text.Json;
using Amend.Models.Families.Llama;
using Amend.Models.Sources.Gguf;

namespace Amend.Models.Families.Nemotron;

/// <summary>Nemotron's models in GGUF files: the weights of norms are stored as 1 + w.</summary>
internal sealed class NemotronGguf : IGgufArchitecture
{
    private static readonly (string InFile, string Name)[] Norms =
    [
        ("output_norm", "model.norm"),
        ("blk.N.attn_norm", "model.layers.N.input_layernorm"),
        ("blk.N.ffn_norm", "model.layers.N.post_attention_layernorm"),
    ];

    /// <inheritdoc/>
    public string Name => "nemotron";

    /// <inheritdoc/>
    public IReadOnlyList<string> Assumptions { get; } = ["The MLP's activation is the square of ReLU."];

    /// <inheritdoc/>
    public IReadOnlyList<GgufKey> Keys { get; } = GgufKey.With(
        LlamaGguf.WithLayerNorms("norm_eps"),
        GgufKey.SaidVocabulary,
        GgufRotary.Share("partial_rotary_factor", 0.5, config => LlamaGguf.WidthIn(config, null)),
        LlamaGguf.NoBias,
        GgufKey.Unsaid("mlp_bias", bool.FalseString),
        GgufKey.Unsaid("hidden_act", "relu2"));

    /// <inheritdoc/>
    public IReadOnlyList<GgufModule> Modules(JsonElement config) =>
    [
        .. LlamaGguf.InOrder.Where(module => Array.TrueForAll(Norms, norm => norm.InFile != module.InFile)),
        .. Norms.Select(norm => new GgufModule($"{norm.InFile}.weight", $"{norm.Name}.weight")
            { IsTensor = true, Values = new OneAdded() }),
        .. Norms.Select(norm => new GgufModule($"{norm.InFile}.bias", $"{norm.Name}.bias") { IsTensor = true }),
    ];
}
