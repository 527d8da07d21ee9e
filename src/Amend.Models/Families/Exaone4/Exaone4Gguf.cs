using System.Text.Json;
using Amend.Models.Families.Llama;
using Amend.Models.Families.Olmo2;
using Amend.Models.Sources.Gguf;

namespace Amend.Models.Families.Exaone4;

/// <summary>EXAONE 4's models in GGUF files: norms and names as OLMo 2's, windows, and Llama 3's scaling by a tensor.</summary>
internal sealed class Exaone4Gguf : IGgufArchitecture
{
    /// <inheritdoc/>
    public string Name => "exaone4";

    /// <inheritdoc/>
    public IReadOnlyList<string> Assumptions { get; } = ["With windows, every fourth layer sees all earlier tokens and turns nothing."];

    /// <inheritdoc/>
    public IReadOnlyList<GgufKey> Keys { get; } = GgufKey.With(
        LlamaGguf.Plain(
            LlamaGguf.HeadWidth(isAlwaysWritten: false), GgufKey.Number("attention.layer_norm_rms_epsilon", "rms_norm_eps", 1e-5)),
        GgufRotary.Scaling(GgufRotary.Llama3),
        GgufKey.SaidVocabulary,
        GgufWindows.Key(
            config => new Exaone4Family().Plan(config, []),
            SlidingWindows.AllButEach(Exaone4Family.DefaultPattern),
            "every fourth layer sees all tokens",
            listsLayers: true));

    /// <inheritdoc/>
    public IReadOnlyList<GgufModule> Modules(JsonElement config) => Olmo2Gguf.Normed;

    /// <inheritdoc/>
    public IReadOnlyList<GgufVector> Vectors(JsonElement config) => GgufRotary.Vectors(config, LlamaGguf.WidthIn(config, null));
}
