using System.Text.Json;
using Amend.Models.Decoders;
using Amend.Models.Families.Llama;
using Amend.Models.Sources.Gguf;

namespace Amend.Models.Families.SmolLM3;

/// <summary>SmolLM3's models in GGUF files: Llama's, of which every fourth layer turns nothing.</summary>
internal sealed class SmolLM3Gguf : IGgufArchitecture
{
    private readonly LlamaGguf _llama = new();

    /// <inheritdoc/>
    public string Name => "smollm3";

    /// <inheritdoc/>
    public IReadOnlyList<string> Assumptions { get; } = ["Every fourth layer has no rotary positions."];

    /// <inheritdoc/>
    public IReadOnlyList<GgufKey> Keys => GgufKey.With(
        _llama.Keys,
        GgufRotary.Scaling(),
        GgufRotary.Base(missing: SmolLM3Family.DefaultTheta),
        LlamaGguf.HeadWidth(isAlwaysWritten: false),
        new("no_rope_layers", _ => null, RefuseOthers),
        GgufKey.Unsaid("use_sliding_window", bool.FalseString));

    /// <inheritdoc/>
    public IReadOnlyList<GgufModule> Modules(JsonElement config) => _llama.Modules(config);

    private static IEnumerable<(string, object)> RefuseOthers(JsonElement config)
    {
        var blocks = new SmolLM3Family().Plan(config, []).Blocks;
        var taken = Enumerable.Range(0, blocks.Count).Select(SlidingWindows.AllButEach(SmolLM3Family.DefaultInterval));
        return blocks.Select(block => ((HeadedAttentionPlan)block.Attention).Rotary is not null).SequenceEqual(taken)
            ? []
            : throw GgufKey.Refusal("no_rope_layers of its own", "every fourth layer turns nothing");
    }
}
