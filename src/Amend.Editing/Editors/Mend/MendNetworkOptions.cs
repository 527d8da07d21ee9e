using Amend.Editing.HyperNetworks.Rows;
using Amend.Editing.Workbench;

namespace Amend.Editing.Editors.Mend;

/// <summary>Settings of a training of MEND's network; names and defaults are those of eric-mitchell/mend.</summary>
public sealed record MendNetworkOptions : RowNetworkOptions
{
    /// <summary>Hidden layers of a transform; 1 by default.</summary>
    public int NHidden { get; init; } = 1;

    /// <summary>The rank of a transform's layers, at most their width; 1920 by default.</summary>
    public int Rank { get; init; } = 1920;

    /// <summary>Whether matrices of one shape share a transform, each with a shift and scale of its own; true by default.</summary>
    public bool Shared { get; init; } = true;

    /// <summary>Whether inputs and gradients are normalised by the moments of all that training has seen; true by default.</summary>
    public bool Norm { get; init; } = true;

    /// <summary>Adam's learning rate of the transforms; 1e-6 by default.</summary>
    public double Lr { get; init; } = 1e-6;

    /// <inheritdoc/>
    internal override void Check(OptionProblems problems, int layers)
    {
        base.Check(problems, layers);
        problems.Count("n_hidden", NHidden, least: 0);
        problems.Count("rank", Rank);
        problems.Rate("lr", Lr);
    }
}
