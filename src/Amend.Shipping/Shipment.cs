using Amend.Editing.Sessions;
using Amend.Editing.Stores;
using Amend.Models;
using Amend.Shipping.Auditing;
using Amend.Shipping.Exporting;
using Amend.Shipping.Gates;
using Amend.Shipping.Importing;
using Amend.Tensors;
using Amend.Tensors.Files;

namespace Amend.Shipping;

/// <summary>Takes edits of a model's store out for other programs, takes changes of others in, and compares checkpoints.</summary>
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
    /// <exception cref="GateException">The gate of the order refuses; nothing is at the place then.</exception>
    /// <exception cref="LostEditException">What was written loses an edit; nothing is at the place then.</exception>
    /// <exception cref="OperationCanceledException">The work was stopped; the same call goes on with a folder that was begun.</exception>
    public static ExportOutcome Export(
        string model, EditStore store, ExportOrder order, IProgress<TensorProgress>? progress = null, CancellationToken stop = default)
    {
        order.Form.CheckPlace(order.To);
        using var stored = StoredModel.Open(model);
        using var edits = ShippedEdits.Load(store, order.Edits);
        return order.Guard is null
            ? Write(order.To)
            : new GuardedExport(model, store, order.Guard).Write(edits, order.To, Write, progress, stop);

        ExportOutcome Write(string to) =>
            order.Form.Write(new ExportJob(stored, edits, to, order.Options) { Progress = progress, Stop = stop });
    }

    /// <summary>
    /// Asks a model what the edits of its store are about, without them and with them: their prompts, paraphrases and neighbours, a fixed
    /// text and a probe. Nothing is changed.
    /// </summary>
    /// <param name="model">The model's folder or GGUF file.</param>
    /// <param name="store">The model's edits.</param>
    /// <param name="edits">Which edits, see <see cref="EditChoice"/>.</param>
    /// <param name="options">What is asked beside the questions of the edits' records; nothing by default.</param>
    /// <param name="progress">Told of each asking; nobody by default.</param>
    /// <param name="stop">Ends the work between two askings.</param>
    /// <exception cref="AmendException">The model or an edit cannot be read, or a prompt cannot be asked.</exception>
    /// <exception cref="OperationCanceledException">The work was stopped.</exception>
    public static CheckReport Check(
        string model,
        EditStore store,
        string edits = "all",
        CheckOptions? options = null,
        IProgress<TensorProgress>? progress = null,
        CancellationToken stop = default) =>
        ModelCheck.Run(
            model, store, EditChoice.FindSome(store, edits), options ?? new CheckOptions(), new CheckSteps(progress, stop).Begin).Report;

    /// <summary>Takes changes of another program, or an edit of another store, into a store as an edit that is applied.</summary>
    /// <param name="model">The model's folder or GGUF file; it is read a tensor at a time and never loaded whole.</param>
    /// <param name="store">The model's edits.</param>
    /// <param name="path">The folder or file, of one of <see cref="BuiltInImporters"/>.</param>
    /// <returns>The edit as it is kept.</returns>
    /// <exception cref="AmendException">
    /// The path is of no form that is known, broken or of another model, or the store cannot be written; nothing is changed then.
    /// </exception>
    public static KeptEdit Import(string model, EditStore store, string path)
    {
        if (!Path.Exists(path))
            throw new AmendException($"There is nothing at '{path}'; give {Forms}.");
        var importer = BuiltInImporters.All.FirstOrDefault(one => one.Reads(path))
            ?? throw new AmendException($"'{path}' is of no form that is imported; give {Forms}.");
        store.CheckWritable();
        using var stored = StoredModel.Open(model);
        using var edit = importer.Read(new ImportJob(path, stored, store.BaseHash, store.Applied));
        if (store.Applied.Contains(edit.Id))
            throw new AmendException($"Edit {edit.Id} is applied already; take it back with amend revert to apply it last.");
        return new KeptEdit(edit.Id, store.Add(new StoreWrite([edit]))[0], edit.Record);
    }

    /// <summary>Compares two checkpoints of anyone, a parameter at a time.</summary>
    /// <param name="before">The one, a folder or GGUF file.</param>
    /// <param name="after">The other.</param>
    /// <param name="store">
    /// The edits of the first, where the difference is to be kept as one that is applied; null, the default, keeps nothing.
    /// </param>
    /// <param name="progress">Told of each parameter's name; nobody by default.</param>
    /// <exception cref="AmendException">One cannot be read, they are no two of one model, or the store cannot be written.</exception>
    public static AuditReport Audit(string before, string after, EditStore? store = null, IProgress<TensorProgress>? progress = null)
    {
        store?.CheckWritable();
        using var first = StoredModel.Open(before);
        using var second = StoredModel.Open(after);
        var audit = new CheckpointAudit(first, second);
        var report = audit.Run(progress);
        if (store is null || report.Changed.Count == 0)
            return report;
        var job = new ImportJob(after, first, store.BaseHash, store.Applied);
        var hash = ContentHash.Of(string.Concat(second.Checkpoint.Files.Select(file => ContentHash.ReadFile(file.Path))));
        using var edit = job.ToEdit("audit", hash, first.Source.Name, audit.Changes(report));
        store.Add(new StoreWrite([edit]));
        return report with { Edit = edit.Id };
    }

    private static string Forms => string.Join(", or ", BuiltInImporters.All.Select(one => one.Description));
}
