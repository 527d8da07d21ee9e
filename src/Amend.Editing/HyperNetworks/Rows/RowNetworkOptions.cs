using Amend.Editing.HyperNetworks.Objectives;
using Amend.Editing.Workbench;

namespace Amend.Editing.HyperNetworks.Rows;

/// <summary>Settings of every training of a <see cref="RowNetwork"/>; names and defaults are those of eric-mitchell/mend.</summary>
public abstract record RowNetworkOptions : EditObjectiveOptions
{
    /// <summary>
    /// The encoder's layers whose weights the network changes too, for an encoder-decoder, whose <see cref="NetworkOptions.Layers"/> are
    /// the decoder's; none by default.
    /// </summary>
    public IReadOnlyList<int> EncoderLayers { get; init; } = [];

    /// <summary>The rate α of each matrix at first; 1e-4 by default.</summary>
    public double EditLr { get; init; } = 1e-4;

    /// <summary>Adam's learning rate of the rates α; 1e-4 by default.</summary>
    public double LrLr { get; init; } = 1e-4;

    /// <inheritdoc/>
    internal override void Check(OptionProblems problems, int layers)
    {
        base.Check(problems, layers);
        problems.Finite("edit_lr", EditLr);
        problems.Rate("lr_lr", LrLr);
    }
}
