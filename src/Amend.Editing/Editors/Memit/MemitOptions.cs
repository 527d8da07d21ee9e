using Amend.Editing.Batches;
using Amend.Editing.Workbench;

namespace Amend.Editing.Editors.Memit;

/// <summary>Settings of MEMIT; names and defaults are those of kmeng01/memit's hparams for GPT-2 XL where it has them.</summary>
public sealed record MemitOptions : BatchEditorOptions
{
    /// <summary>Whether the second moment of a text's keys is kept, C, instead of C = I; true by default.</summary>
    public bool Mom2Adjustment { get; init; } = true;

    /// <summary>λ, the weight of C against the requests' keys; 20000 by default.</summary>
    public double Mom2UpdateWeight { get; init; } = 20000;

    /// <summary>
    /// Whether the keys of the applied edits of a weight are kept too (<c>memit_seq_main</c> in jianghoucheng/AlphaEdit), so that a
    /// sequence of batches is near one batch; true by default, and false is kmeng01/memit.
    /// </summary>
    public bool Accumulate { get; init; } = true;

    private protected override void CheckUpdate(OptionProblems problems) => problems.Positive("mom2_update_weight", Mom2UpdateWeight);
}
