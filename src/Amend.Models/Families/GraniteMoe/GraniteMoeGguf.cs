using System.Text.Json;
using Amend.Models.Families.Granite;
using Amend.Models.Sources.Gguf;

namespace Amend.Models.Families.GraniteMoe;

/// <summary>Granite's mixtures in GGUF files: Granite's, and every block is a mixture.</summary>
internal sealed class GraniteMoeGguf : IGgufArchitecture
{
    private readonly GraniteGguf _dense = new();

    /// <inheritdoc/>
    public string Name => "granitemoe";

    /// <inheritdoc/>
    public IReadOnlyList<GgufKey> Keys =>
        [.. _dense.Keys, .. GgufExperts.Local(GraniteMoeFamily.DefaultExperts, GraniteMoeFamily.DefaultChosen)];

    /// <inheritdoc/>
    public IReadOnlyList<GgufModule> Modules(JsonElement config) =>
        GgufExperts.Modules(_dense.Modules(config), GraniteMoeFamily.Router, GraniteMoeFamily.Experts);

    /// <inheritdoc/>
    public IReadOnlyList<GgufVector> Vectors(JsonElement config) => _dense.Vectors(config);
}
