using Amend.Editing.Adaptors;
using Amend.Editing.LayerNetworks;
using Amend.Editing.Workbench;
using Amend.Models.Scoring;

namespace Amend.Editing.Editors.MemoryNetwork;

/// <summary>
/// The memory network, a baseline of Hartvigsen et al. 2023: learned values, mixed by the input at one layer, take the place of its output
/// for every prompt. The network is trained on each edit as it comes.
/// </summary>
/// <param name="options">Settings to start from; the preset for the model when null.</param>
public sealed class MemoryNetworkEditor(MemoryNetworkOptions? options = null) : NetworkAdaptorEditor<MemoryNetworkOptions>(options)
{
    private static readonly PresetFile Embedded = new("MemoryNetwork.memory.presets.json");

    /// <inheritdoc/>
    public override string Name => "memory";

    /// <inheritdoc/>
    public override EditorInfo Info { get; } = new(
        "Memory, learned values at a layer", "Hartvigsen et al. 2023, arXiv 2211.11031", "Thartvigsen/GRACE")
    {
        Class = EditorClass.MemoryBased,
        Writes = "no weight: a network",
        Adapts = true,
        NeedsSubject = false,
        Kinds = TargetBatch.Kinds,
    };

    private protected override PresetFile Presets => Embedded;

    private protected override LayerNetworkForm Form(MemoryNetworkOptions options, int seed) =>
        new(LayerNetworkKind.Memory.Name, seed, Threshold: 0, options.Keys);
}
