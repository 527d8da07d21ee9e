using Amend.Editing.HyperNetworks;
using Amend.Editing.HyperNetworks.Rows;
using Amend.Models;
using Amend.Models.Weights;
using Amend.Tensors.Optimization;
using static TorchSharp.torch;

namespace Amend.Editing.Editors.Enn;

/// <summary>
/// ENN's rates: an edit is a few steps down the gradient, W ← W − α ∇W, with a learned rate for each matrix (Sinitsin et al. 2020). The
/// gradient of a later step counts as a constant when rates are learned. It owns its tensors.
/// </summary>
/// <param name="weights">The matrices, at least one.</param>
/// <param name="options">Steps, first rate.</param>
internal sealed class EnnNetwork(IReadOnlyList<ModelWeight> weights, EnnNetworkOptions options) : RowNetwork(weights, options.EditLr)
{
    /// <inheritdoc/>
    public override IReadOnlyList<NamedTensor> Tensors => [Rates];

    /// <summary>Steps down the gradient, each of the model as the steps before have made it.</summary>
    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, RowUpdate> Make(LanguageModel model, EditedTexts texts, bool learn)
    {
        var updates = new Dictionary<string, RowUpdate>(StringComparer.Ordinal);
        for (var step = 0; step < options.NEditSteps; step++)
        {
            using var scope = NewDisposeScope();
            using var edited = OwnUpdates.Open(model, updates, texts.Edits);
            var gradients = RequestGradients.Take(model, texts.Batch, Weights, texts.Shares);
            foreach (var (place, name) in Weights.Index())
            {
                var rows = GradientRows.Of(gradients[name], texts.Edits);
                var down = new RowUpdate(rows.Outputs * RateAt(place).neg(), rows.Inputs, rows.Edits);
                updates[name] = updates.TryGetValue(name, out var before) ? before.With(down) : down;
            }

            MoveOut(updates.Values);
        }

        MoveOut(updates.Values);
        return updates;
    }

    private static void MoveOut(IEnumerable<RowUpdate> updates)
    {
        foreach (var update in updates)
        {
            foreach (var tensor in (Tensor[])[update.Left, update.Right, update.Edits])
                tensor.MoveToOuterDisposeScope();
        }
    }
}
