using System.Text.Json;
using Amend.Models.Families.Olmo2;
using Amend.Models.Sources.Gguf;

namespace Amend.Models.Families.Olmo3;

/// <summary>OLMo 3's models in GGUF files: of the architecture <c>olmo2</c>, with windows.</summary>
internal sealed class Olmo3Gguf : IGgufArchitecture
{
    private readonly Olmo2Gguf _plain = new();

    /// <inheritdoc/>
    public string Name => "olmo2";

    /// <inheritdoc/>
    public string ModelType => "olmo3";

    /// <inheritdoc/>
    public IReadOnlyList<string> Assumptions { get; } = ["Every fourth layer sees all earlier tokens, the others a window."];

    /// <inheritdoc/>
    public IReadOnlyList<GgufKey> Keys => GgufKey.With(
        _plain.Keys,
        GgufRotary.Scaling() with { Write = config => GgufRotary.Scaling().Write(OfFull(config)) },
        GgufRotary.Base() with { Write = config => GgufRotary.Base().Write(OfFull(config)) },
        GgufWindows.Key(
            config => new Olmo3Family().Plan(config, []),
            SlidingWindows.AllButEach(Olmo3Family.DefaultPattern),
            "every fourth layer sees all tokens",
            listsLayers: true));

    /// <inheritdoc/>
    public bool Reads(GgufSettings file) => GgufWindows.AreIn(file);

    /// <inheritdoc/>
    public IReadOnlyList<GgufModule> Modules(JsonElement config) => _plain.Modules(config);

    private static JsonElement OfFull(JsonElement config) => GgufWindows.WithRotaryOfFull(config, Olmo3Family.DefaultTheta);
}
