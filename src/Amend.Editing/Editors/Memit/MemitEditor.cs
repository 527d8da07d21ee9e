using Amend.Editing.Batches;
using Amend.Editing.Statistics;
using Amend.Editing.Workbench;
using Amend.Models;
using static TorchSharp.torch;

namespace Amend.Editing.Editors.Memit;

/// <summary>
/// MEMIT, mass-editing memory (Meng et al. 2023): one least-squares update of several middle MLPs for all requests,
/// which keeps the keys of a text and, with <c>accumulate</c>, those of earlier edits mapped to what they are.
/// </summary>
/// <param name="options">Settings to start from; the preset for the model when null.</param>
public sealed class MemitEditor(MemitOptions? options = null) : BatchEditor<MemitOptions>(options)
{
    private static readonly PresetFile Embedded = new("Memit.memit.presets.json");

    /// <inheritdoc/>
    public override string Name => "memit";

    /// <inheritdoc/>
    public override EditorInfo Info { get; } = new(
        "MEMIT, mass-editing memory",
        "Meng et al. 2023, arXiv 2210.07229",
        "kmeng01/memit")
    {
        Class = EditorClass.PromptBased,
        Writes = "MLP down projections",
        Batch = true,
        NeedsStatistics = true,
    };

    private protected override PresetFile Presets => Embedded;

    private protected override Tensor Right(LayerKeys layer, MemitOptions options) => MemitUpdate.Right(layer, options);

    private protected override void Require(ISecondMomentSource statistics, LanguageModel model, int layer, MemitOptions options)
    {
        if (options.Mom2Adjustment)
            statistics.Describe(model, layer);
    }
}
