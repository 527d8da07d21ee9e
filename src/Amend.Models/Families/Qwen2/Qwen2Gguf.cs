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
    public IReadOnlyDictionary<string, object?> Configure(GgufSettings settings) =>
        new Dictionary<string, object?>(LlamaGguf.Common(settings)) { ["model_type"] = Name };

    /// <inheritdoc/>
    public IReadOnlyList<GgufModule> Modules(GgufSettings settings) => LlamaGguf.InOrder;
}
