using System.Text.Json;
using Amend.Models.Families.Llama;
using Amend.Models.Sources.Gguf;

namespace Amend.Models.Families.Starcoder2;

/// <summary>StarCoder 2's models in GGUF files: all as in a checkpoint, without windows.</summary>
internal sealed class Starcoder2Gguf : IGgufArchitecture
{
    /// <inheritdoc/>
    public string Name => "starcoder2";

    /// <inheritdoc/>
    public IReadOnlyList<string> Assumptions { get; } =
    [
        "Sliding windows are not in such files: every token sees all earlier ones.",
        "The MLP's activation is GELU by its tanh approximation.",
    ];

    /// <inheritdoc/>
    public IReadOnlyList<GgufKey> Keys { get; } = GgufKey.With(
        LlamaGguf.WithLayerNorms("norm_epsilon"),
        LlamaGguf.QueryBias("use_bias"),
        GgufKey.Unsaid("hidden_act", "gelu_pytorch_tanh", "gelu_new"));

    /// <inheritdoc/>
    public IReadOnlyList<GgufModule> Modules(JsonElement config) => GgufModule.With(
        LlamaGguf.InOrder,
        new("blk.N.ffn_up", "model.layers.N.mlp.c_fc"),
        new("blk.N.ffn_down", "model.layers.N.mlp.c_proj"));

    /// <inheritdoc/>
    public IReadOnlyList<string> Lost(JsonElement config) => LlamaGguf.LostWindow(config, SlidingWindows.Width(config, null));
}
