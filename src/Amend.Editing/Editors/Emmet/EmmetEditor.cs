using Amend.Editing.Batches;
using Amend.Editing.Statistics;
using Amend.Editing.Workbench;
using Amend.Models;
using static TorchSharp.torch;

namespace Amend.Editing.Editors.Emmet;

/// <summary>
/// EMMET, equality-constrained edits (Gupta et al. 2024, arXiv 2403.14236): the keys of all requests are mapped to their
/// values exactly, up to a small ridge; with one request it is ROME.
/// </summary>
/// <param name="options">Settings to start from; the preset for the model when null.</param>
public sealed class EmmetEditor(EmmetOptions? options = null) : BatchEditor<EmmetOptions>(options)
{
    private static readonly PresetFile Embedded = new("Emmet.emmet.presets.json");

    /// <inheritdoc/>
    public override string Name => "emmet";

    /// <inheritdoc/>
    public override EditorInfo Info { get; } = new(
        "EMMET, equality-constrained edits",
        "Gupta et al. 2024, arXiv 2403.14236",
        "scalable-model-editing/unified-model-editing")
    {
        Class = EditorClass.PromptBased,
        Writes = "MLP down projections",
        Batch = true,
        NeedsStatistics = true,
    };

    private protected override PresetFile Presets => Embedded;

    private protected override Tensor Right(LayerKeys layer, EmmetOptions options) => EmmetUpdate.Right(layer, options);

    private protected override void Require(ISecondMomentSource statistics, LanguageModel model, int layer, EmmetOptions options)
    {
        if (options.Mom2Adjustment)
            statistics.Describe(model, layer);
    }
}
