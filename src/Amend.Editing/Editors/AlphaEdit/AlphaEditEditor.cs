using Amend.Editing.Batches;
using Amend.Editing.Statistics;
using Amend.Editing.Workbench;
using Amend.Models;
using static TorchSharp.torch;

namespace Amend.Editing.Editors.AlphaEdit;

/// <summary>
/// AlphaEdit (Fang et al. 2025): the update of MEMIT projected into the null space of the keys of a text, so that what the model
/// knows stays mapped to what it is.
/// </summary>
/// <param name="options">Settings to start from; the preset for the model when null.</param>
public sealed class AlphaEditEditor(AlphaEditOptions? options = null) : BatchEditor<AlphaEditOptions>(options)
{
    private static readonly PresetFile Embedded = new("AlphaEdit.alphaedit.presets.json");

    /// <inheritdoc/>
    public override string Name => "alphaedit";

    /// <inheritdoc/>
    public override EditorInfo Info { get; } = new(
        "AlphaEdit, null-space editing",
        "Fang et al. 2025, arXiv 2410.02355",
        "jianghoucheng/AlphaEdit")
    {
        Class = EditorClass.PromptBased,
        Writes = "MLP down projections",
        Batch = true,
        NeedsStatistics = true,
    };

    private protected override PresetFile Presets => Embedded;

    private protected override bool SolvesWhole => true;

    private protected override Tensor Right(LayerKeys layer, AlphaEditOptions options) => AlphaEditUpdate.Right(layer, options);

    private protected override void Require(ISecondMomentSource statistics, LanguageModel model, int layer, AlphaEditOptions options) =>
        AlphaEditUpdate.SpaceOf(statistics, model, layer, options);
}
