using Amend.Models;
using Amend.Models.Passes;
using Amend.Models.Taps;
using Amend.Models.Weights;
using static TorchSharp.torch;

namespace Amend.Editing.HyperNetworks.Rows;

/// <summary>
/// The changes of several edits in one pass, where each text sees those of its own edit alone: x ΔWᵀ = Σ (x·u) α δ over the edit's rows.
/// So many edits are tried at once, and no change is ever formed.
/// </summary>
internal sealed class OwnUpdates : IAdaptor
{
    private readonly RowUpdate _update;
    private readonly Tensor _isOwn_B1N;

    private OwnUpdates(RowUpdate update, Tensor owners_B)
    {
        _update = update;
        _isOwn_B1N = owners_B.unsqueeze(1).eq(update.Edits.unsqueeze(0)).to(update.Left.dtype).unsqueeze(1);
    }

    /// <summary>Opens a view of a model in which the texts of a pass see their edits' changes.</summary>
    /// <param name="model">The model.</param>
    /// <param name="updates">The changes by matrix; they and what is made of them live in the caller's dispose scope.</param>
    /// <param name="owners">The edit of each text of the passes.</param>
    /// <returns>The view; the caller disposes it.</returns>
    public static WeightView Open(LanguageModel model, IReadOnlyDictionary<string, RowUpdate> updates, IReadOnlyList<int> owners)
    {
        var owners_B = tensor(owners.Select(owner => (long)owner).ToArray(), device: model.Device);
        var view = model.View();
        foreach (var (weight, update) in updates)
            view.Adapt(weight, new OwnUpdates(update, owners_B));
        return view;
    }

    /// <inheritdoc/>
    public Tensor Adapt(Tensor input, Tensor output, AttentionScope? pass)
    {
        using var scope = NewDisposeScope();
        var shares_BTN = input.to(_update.Right.dtype).matmul(_update.Right.t()) * _isOwn_B1N;
        return (output + shares_BTN.matmul(_update.Left).to(output.dtype)).MoveToOuterDisposeScope();
    }
}
