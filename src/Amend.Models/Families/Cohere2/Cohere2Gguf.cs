using System.Text.Json;
using Amend.Models.Families.Cohere;
using Amend.Models.Families.Llama;
using Amend.Models.Sources.Gguf;

namespace Amend.Models.Families.Cohere2;

/// <summary>Command R7B's models in GGUF files: Command R's, with windows.</summary>
internal sealed class Cohere2Gguf : IGgufArchitecture
{
    /// <inheritdoc/>
    public string Name => "cohere2";

    /// <inheritdoc/>
    public IReadOnlyList<string> Assumptions { get; } =
        ["Every fourth layer sees all earlier tokens and turns nothing, the others see a window."];

    /// <inheritdoc/>
    public IReadOnlyList<GgufKey> Keys { get; } = GgufKey.With(
        CohereGguf.Both,
        GgufKey.SaidVocabulary,
        GgufRotary.WholeHeads(config => LlamaGguf.WidthIn(config, null)),
        GgufWindows.Key(
            config => new Cohere2Family().Plan(config, []),
            SlidingWindows.AllButEach(Cohere2Family.DefaultPattern),
            "every fourth layer sees all tokens"));

    /// <inheritdoc/>
    public IReadOnlyList<GgufModule> Modules(JsonElement config) => LlamaGguf.InOrder;
}
