using System.Text.Json;
using Amend.Models.Families.Llama;
using Amend.Models.Sources.Gguf;

namespace Amend.Models.Families.Mixtral;

/// <summary>Mixtral's models in GGUF files: of the architecture <c>llama</c>, with experts.</summary>
internal sealed class MixtralGguf : IGgufArchitecture
{
    private readonly LlamaGguf _dense = new();

    /// <inheritdoc/>
    public string Name => _dense.Name;

    /// <inheritdoc/>
    public string ModelType => "mixtral";

    /// <inheritdoc/>
    public IReadOnlyList<string> Assumptions => [.. _dense.Assumptions, "The weights of a token's experts add up to 1."];

    /// <inheritdoc/>
    public IReadOnlyList<GgufKey> Keys => GgufKey.With(
        _dense.Keys,
        [
            GgufRotary.Base(missing: MixtralFamily.DefaultTheta),
            LlamaGguf.HeadWidth(isAlwaysWritten: false),
            GgufKey.Number("attention.layer_norm_rms_epsilon", "rms_norm_eps", MixtralFamily.DefaultEpsilon),
            .. GgufExperts.Local(MixtralFamily.DefaultExperts, MixtralFamily.DefaultChosen),
        ]);

    /// <inheritdoc/>
    public bool Reads(GgufSettings file) => LlamaGguf.HasExperts(file);

    /// <inheritdoc/>
    public IReadOnlyList<GgufModule> Modules(JsonElement config) =>
        GgufExperts.Modules(_dense.Modules(config), MixtralFamily.Router, MixtralFamily.Experts, ("w1", "w3", "w2"));

    /// <inheritdoc/>
    public IReadOnlyList<GgufVector> Vectors(JsonElement config) => _dense.Vectors(config);

    /// <inheritdoc/>
    public IReadOnlyList<string> Lost(JsonElement config) => _dense.Lost(config);
}
