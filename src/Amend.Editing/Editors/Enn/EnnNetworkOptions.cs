using Amend.Editing.HyperNetworks.Rows;
using Amend.Editing.Workbench;

namespace Amend.Editing.Editors.Enn;

/// <summary>Settings of a training of ENN's rates; names and defaults are those of eric-mitchell/mend.</summary>
public sealed record EnnNetworkOptions : RowNetworkOptions
{
    /// <summary>Starts from the authors' rates: 1e-2 for each matrix, learned with 1e-3.</summary>
    public EnnNetworkOptions() => (EditLr, LrLr) = (1e-2, 1e-3);

    /// <summary>Gradient steps that an edit makes; 1 by default.</summary>
    public int NEditSteps { get; init; } = 1;

    /// <inheritdoc/>
    internal override void Check(OptionProblems problems, int layers)
    {
        base.Check(problems, layers);
        problems.Count("n_edit_steps", NEditSteps);
    }
}
