using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Families.Llama;
using Amend.Models.Sources.Gguf;

namespace Amend.Models.Families.Olmo;

/// <summary>OLMo's models in GGUF files: Llama's rows in pairs, and norms without parameters.</summary>
internal sealed class OlmoGguf : IGgufArchitecture
{
    private const string BoundKey = "attention.clamp_kqv";

    /// <inheritdoc/>
    public string Name => "olmo";

    /// <inheritdoc/>
    public IReadOnlyList<GgufKey> Keys { get; } = GgufKey.With(
        LlamaGguf.Plain(LlamaGguf.HeadWidth(isAlwaysWritten: false)),
        new GgufKey("rms_norm_eps", _ => null, _ => [("attention.layer_norm_epsilon", (float)OlmoFamily.Epsilon)]),
        new GgufKey("clip_qkv", file => file.NumberOrNone(BoundKey),
            config => config.NumberOrNone("clip_qkv", null) is { } bound ? [(BoundKey, (float)bound)] : []),
        LlamaGguf.NoBias);

    /// <inheritdoc/>
    public IReadOnlyList<GgufModule> Modules(JsonElement config) =>
        [.. new LlamaGguf().Modules(config).Where(module => !module.InFile.EndsWith("_norm", StringComparison.Ordinal))];
}
