using Amend.Editing.Batches;
using Amend.Editing.Workbench;

namespace Amend.Editing.Editors.AlphaEdit;

/// <summary>Settings of AlphaEdit; names and defaults are those of jianghoucheng/AlphaEdit's hparams where it has them.</summary>
public sealed record AlphaEditOptions : BatchEditorOptions
{
    /// <summary>
    /// Eigenvalues of the keys' second moment below it count as zero, and their directions may be written; 0.02 by default.
    /// </summary>
    public double NullspaceThreshold { get; init; } = 0.02;

    /// <summary>The weight of the update's norm; 10 by default.</summary>
    public double L2 { get; init; } = 10;

    /// <summary>Whether the keys of the applied edits of a weight are kept too; true by default.</summary>
    public bool Accumulate { get; init; } = true;

    private protected override void CheckUpdate(OptionProblems problems)
    {
        problems.Positive("nullspace_threshold", NullspaceThreshold);
        problems.Positive("l2", L2);
    }
}
