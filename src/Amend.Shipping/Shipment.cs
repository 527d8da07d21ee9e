using Amend.Editing.Stores;
using Amend.Models.Sources;
using Amend.Shipping.Exports;
using Amend.Tensors;

namespace Amend.Shipping;

/// <summary>Takes edits of a model's store out of the house, in a form that other programs read.</summary>
public static class Shipment
{
    /// <summary>Exports edits.</summary>
    /// <param name="model">The model's folder or GGUF file; it is read a tensor at a time and never loaded whole.</param>
    /// <param name="store">The model's edits.</param>
    /// <param name="edits"><c>all</c> for those that are applied, ids divided by commas, or <c>@ID</c> for those applied after one.</param>
    /// <param name="form">The form, one of <see cref="BuiltInExporters"/>.</param>
    /// <param name="to">The folder or file to make; what is there already is never written over.</param>
    /// <param name="options">How; as the source has it by default.</param>
    /// <param name="progress">Told of each file or tensor; nobody by default.</param>
    /// <param name="stop">Ends the work between two tensors.</param>
    /// <exception cref="AmendException">
    /// The model, an edit or an option does not go with the form, or the place is taken or cannot be written; nothing is at the place then.
    /// </exception>
    /// <exception cref="OperationCanceledException">The work was stopped; what is written of a folder is gone on with by the same call.</exception>
    public static ExportOutcome Export(
        string model, EditStore store, string edits, IExporter form, string to,
        ExportOptions? options = null, IProgress<ExportProgress>? progress = null, CancellationToken stop = default)
    {
        using var stored = StoredModel.Open(model);
        using var shipped = ShippedEdits.Load(store, edits);
        return form.Write(new ExportJob(stored, shipped, to, options ?? new ExportOptions()) { Progress = progress, Stop = stop });
    }
}
