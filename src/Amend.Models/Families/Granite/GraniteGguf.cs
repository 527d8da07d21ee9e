using System.Text.Json;
using Amend.Models.Families.Llama;
using Amend.Models.Sources.Gguf;

namespace Amend.Models.Families.Granite;

/// <summary>Granite's models in GGUF files: Llama's, with what embeddings, scores, sums and logits are multiplied with.</summary>
internal sealed class GraniteGguf : IGgufArchitecture
{
    private readonly LlamaGguf _llama = new();

    /// <inheritdoc/>
    public string Name => "granite";

    /// <inheritdoc/>
    public IReadOnlyList<GgufKey> Keys => GgufKey.With(
        _llama.Keys,
        LlamaGguf.HeadWidth(isAlwaysWritten: false),
        GgufKey.Factor("attention.scale", "attention_multiplier"),
        GgufKey.Factor("embedding_scale", "embedding_multiplier"),
        GgufKey.Factor("residual_scale", "residual_multiplier"),
        GgufKey.Factor("logit_scale", "logits_scaling"));

    /// <inheritdoc/>
    public IReadOnlyList<GgufModule> Modules(JsonElement config) => _llama.Modules(config);

    /// <inheritdoc/>
    public IReadOnlyList<GgufVector> Vectors(JsonElement config) => _llama.Vectors(config);
}
