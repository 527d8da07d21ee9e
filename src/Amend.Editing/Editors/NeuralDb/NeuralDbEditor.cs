using Amend.Editing.Batches;
using Amend.Editing.Workbench;

namespace Amend.Editing.Editors.NeuralDb;

/// <summary>
/// NeuralDB (arXiv 2507.18028): keys of the down projection at subjects' last tokens with the residuals that are missing of their values,
/// as MEMIT finds them; where a token's key has a cosine of at least γ with the nearest, the residual is added to the MLP's output. Here
/// it is at one layer. The authors' code was not public when it was looked for, and γ was not compared with theirs.
/// </summary>
/// <param name="options">Settings to start from; the preset for the model when null.</param>
public sealed class NeuralDbEditor(NeuralDbOptions? options = null) : TokenCodebookEditor<NeuralDbOptions>(options)
{
    private static readonly PresetFile Embedded = new("NeuralDb.neuraldb.presets.json");

    /// <inheritdoc/>
    public override string Name => "neuraldb";

    /// <inheritdoc/>
    public override EditorInfo Info { get; } = new("NeuralDB, a gated table in an MLP", "arXiv 2507.18028", null)
    {
        Class = EditorClass.MemoryBased,
        Writes = "no weight: a codebook",
        Batch = true,
        Adapts = true,
    };

    private protected override PresetFile Presets => Embedded;
}
