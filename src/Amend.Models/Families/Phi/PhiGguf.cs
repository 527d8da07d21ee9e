using System.Text.Json;
using Amend.Models.Families.Llama;
using Amend.Models.Sources.Gguf;

namespace Amend.Models.Families.Phi;

/// <summary>Phi-1's and 2's models in GGUF files: one norm a block, and biases everywhere.</summary>
internal sealed class PhiGguf : IGgufArchitecture
{
    /// <inheritdoc/>
    public string Name => "phi2";

    /// <inheritdoc/>
    public string ModelType => "phi";

    /// <inheritdoc/>
    public IReadOnlyList<string> Assumptions { get; } = ["The MLP's activation is GELU by its tanh approximation."];

    /// <inheritdoc/>
    public IReadOnlyList<GgufKey> Keys { get; } = GgufKey.With(
        LlamaGguf.WithLayerNorms("layer_norm_eps"),
        GgufRotary.Base(isAlwaysWritten: false),
        GgufRotary.Share("partial_rotary_factor", missing: 0.5),
        GgufKey.Unsaid("hidden_act", "gelu_new", "gelu_pytorch_tanh"),
        GgufKey.Unsaid("qk_layernorm", bool.FalseString));

    /// <inheritdoc/>
    public IReadOnlyList<GgufModule> Modules(JsonElement config) => GgufModule.With(
        LlamaGguf.InOrder,
        new("output_norm", "model.final_layernorm"),
        new("blk.N.attn_output", "model.layers.N.self_attn.dense"),
        new("blk.N.ffn_up", "model.layers.N.mlp.fc1"),
        new("blk.N.ffn_down", "model.layers.N.mlp.fc2"));
}
