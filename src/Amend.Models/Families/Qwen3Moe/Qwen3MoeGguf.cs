using System.Text.Json;
using Amend.Models.Decoders.Experts;
using Amend.Models.Families.Llama;
using Amend.Models.Families.Qwen2;
using Amend.Models.Families.Qwen2Moe;
using Amend.Models.Families.Qwen3;
using Amend.Models.Sources.Gguf;

namespace Amend.Models.Families.Qwen3Moe;

/// <summary>Qwen3-MoE's models in GGUF files: Qwen3's, and every block is a mixture.</summary>
internal sealed class Qwen3MoeGguf : IGgufArchitecture
{
    private readonly Qwen3Gguf _dense = new();

    /// <inheritdoc/>
    public string Name => "qwen3moe";

    /// <inheritdoc/>
    public string ModelType => "qwen3_moe";

    /// <inheritdoc/>
    public IReadOnlyList<string> Assumptions { get; } = ["The weights of a token's experts add up to 1."];

    /// <inheritdoc/>
    public IReadOnlyList<GgufKey> Keys =>
    [
        .. GgufKey.With(_dense.Keys, LlamaGguf.HeadWidth(isAlwaysWritten: false)),
        .. Qwen2MoeGguf.Experts(Qwen3MoeFamily.DefaultExperts, Qwen3MoeFamily.DefaultChosen, isNormalized: true),
    ];

    /// <inheritdoc/>
    public IReadOnlyList<GgufModule> Modules(JsonElement config) =>
        GgufExperts.Modules(_dense.Modules(config), ExpertsPlan.Router, "mlp.experts");

    /// <inheritdoc/>
    public IReadOnlyList<string> Lost(JsonElement config) => LlamaGguf.LostWindow(config, Qwen2Family.WindowIn(config));
}
