using Amend.Editing;
using Amend.Editing.Stores;
using Amend.Models;
using Amend.Tensors;
using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Shipping.Exporting;

/// <summary>
/// The edits that are exported together, in the order in which they were applied, as the changes of weights that they are; owns them.
/// </summary>
public sealed class ShippedEdits : IDisposable
{
    private readonly Dictionary<string, List<IWeightDelta>> _changes = new(StringComparer.Ordinal);

    /// <summary>Takes edits over.</summary>
    /// <param name="edits">The edits, in order.</param>
    /// <exception cref="AmendException">One changes more than weights; the edits stay the caller's then.</exception>
    public ShippedEdits(IReadOnlyList<Edit> edits)
    {
        foreach (var (weight, delta) in edits.SelectMany(edit => edit.AsWeights()))
        {
            if (!_changes.TryGetValue(weight, out var changes))
                _changes[weight] = changes = [];
            changes.Add(delta);
        }

        Edits = edits;
    }

    /// <summary>The edits, in order.</summary>
    public IReadOnlyList<Edit> Edits { get; }

    /// <summary>Their ids, in order.</summary>
    public IReadOnlyList<string> Ids => [.. Edits.Select(edit => edit.Id)];

    /// <summary>The names of the weights that they change, in ordinal order.</summary>
    public IReadOnlyList<string> Weights => [.. _changes.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Loads edits of a store; the caller disposes.</summary>
    /// <param name="store">The model's edits.</param>
    /// <param name="choice">Which, see <see cref="ExportOrder.Edits"/>.</param>
    /// <exception cref="AmendException">None is chosen, or one is unknown, cannot be read or changes more than weights.</exception>
    public static ShippedEdits Load(EditStore store, string choice)
    {
        var edits = store.LoadAll(EditChoice.FindSome(store, choice));
        try
        {
            return new ShippedEdits(edits);
        }
        catch
        {
            foreach (var edit in edits)
                edit.Dispose();
            throw;
        }
    }

    /// <summary>The changes of a weight, in order; they belong to the edits.</summary>
    public IReadOnlyList<IWeightDelta> On(string weight) => _changes.TryGetValue(weight, out var changes) ? changes : [];

    /// <summary>A weight with its changes, if any, summed as a model in float32 sums them.</summary>
    /// <param name="model">The model as it lies on disk.</param>
    /// <param name="weight">The weight's name.</param>
    /// <returns><c>[out,in]</c> or <c>[out]</c>, float32; the caller disposes.</returns>
    /// <exception cref="AmendException">The model has no such weight, or the files changed.</exception>
    public Tensor Changed(StoredModel model, string weight)
    {
        var value = model.Load(weight);
        ExactSum.AddTo(value, On(weight));
        return value;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var edit in Edits)
            edit.Dispose();
    }
}
