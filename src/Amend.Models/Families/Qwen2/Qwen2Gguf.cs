using System.Text.Json;
using Amend.Models.Families.Llama;
using Amend.Models.Sources.Gguf;

namespace Amend.Models.Families.Qwen2;

/// <summary>Qwen2's models in GGUF files: all as in a checkpoint.</summary>
public sealed class Qwen2Gguf : IGgufArchitecture
{
    /// <inheritdoc/>
    public string Name => "qwen2";

    /// <inheritdoc/>
    public IReadOnlyList<string> Assumptions { get; } = [];

    /// <inheritdoc/>
    public IReadOnlyList<GgufKey> Keys { get; } = LlamaGguf.Plain(LlamaGguf.HeadWidth(isAlwaysWritten: false));

    /// <inheritdoc/>
    public IReadOnlyList<GgufModule> Modules(JsonElement config) => LlamaGguf.InOrder;

    /// <inheritdoc/>
    public IReadOnlyList<string> Lost(JsonElement config) => LlamaGguf.LostWindow(config, Qwen2Family.WindowIn(config));
}
