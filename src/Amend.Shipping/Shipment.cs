using Amend.Editing.Stores;
using Amend.Models;
using Amend.Shipping.Exports;
using Amend.Tensors;

namespace Amend.Shipping;

/// <summary>Takes edits of a model's store out of the house, in a form that other programs read.</summary>
public static class Shipment
{
    /// <summary>Exports edits.</summary>
    /// <param name="model">The model's folder or GGUF file; it is read a tensor at a time and never loaded whole.</param>
    /// <param name="store">The model's edits.</param>
    /// <param name="order">What is asked.</param>
    /// <param name="progress">Told of each file or tensor; nobody by default.</param>
    /// <param name="stop">Ends the work between two tensors.</param>
    /// <exception cref="AmendException">
    /// The model, an edit or an option does not go with the form, or the place is taken or cannot be written; nothing is at the place then.
    /// </exception>
    /// <exception cref="OperationCanceledException">The work was stopped; the same call goes on with a folder that was begun.</exception>
    public static ExportOutcome Export(
        string model, EditStore store, ExportOrder order, IProgress<ExportProgress>? progress = null, CancellationToken stop = default)
    {
        using var stored = StoredModel.Open(model);
        using var edits = ShippedEdits.Load(store, order.Edits);
        return order.Form.Write(new ExportJob(stored, edits, order.To, order.Options) { Progress = progress, Stop = stop });
    }
}
