using Amend.Editing.Adaptors;
using Amend.Editing.LayerNetworks;
using Amend.Editing.Workbench;
using Amend.Models.Scoring;

namespace Amend.Editing.Editors.Defer;

/// <summary>
/// Defer, the baseline of Hartvigsen et al. 2023 after SERAC (Mitchell et al. 2022): a gate at one layer decides whether a small network
/// answers in the layer's place. The network is trained on each edit as it comes.
/// </summary>
/// <param name="options">Settings to start from; the preset for the model when null.</param>
public sealed class DeferEditor(DeferOptions? options = null) : NetworkAdaptorEditor<DeferOptions>(options)
{
    private static readonly PresetFile Embedded = new("Defer.defer.presets.json");

    /// <inheritdoc/>
    public override string Name => "defer";

    /// <inheritdoc/>
    public override EditorInfo Info { get; } = new(
        "Defer, a gated network at a layer", "Hartvigsen et al. 2023, arXiv 2211.11031; Mitchell et al. 2022", "Thartvigsen/GRACE")
    {
        Class = EditorClass.MemoryBased,
        Writes = "no weight: a network",
        Adapts = true,
        NeedsSubject = false,
        Kinds = TargetBatch.Kinds,
    };

    private protected override PresetFile Presets => Embedded;

    private protected override LayerNetworkForm Form(DeferOptions options, int seed) =>
        new(LayerNetworkKind.Defer.Name, seed, options.Threshold, Keys: 0);
}
