using Amend.Editing.Batches;
using Amend.Editing.Workbench;

namespace Amend.Editing.Editors.Emmet;

/// <summary>Settings of EMMET; names and defaults are those of unified-model-editing's hparams for GPT-2 XL where it has them.</summary>
public sealed record EmmetOptions : BatchEditorOptions
{
    /// <summary>Whether the second moment of a text's keys is kept, C, instead of C = I; true by default.</summary>
    public bool Mom2Adjustment { get; init; } = true;

    /// <summary>The weight of C; 1000 by default. It counts against <see cref="EmmetLambda"/> only.</summary>
    public double Mom2UpdateWeight { get; init; } = 1000;

    /// <summary>Added to C's diagonal, relative to its mean; 0 by default.</summary>
    public double Mom2Ridge { get; init; }

    /// <summary>μ, the ridge of the equality constraints where there are several requests; 0.1 by default.</summary>
    public double EmmetLambda { get; init; } = 0.1;

    private protected override void CheckUpdate(OptionProblems problems)
    {
        problems.Positive("mom2_update_weight", Mom2UpdateWeight);
        problems.NotNegative("mom2_ridge", Mom2Ridge);
        problems.NotNegative("emmet_lambda", EmmetLambda);
    }
}
