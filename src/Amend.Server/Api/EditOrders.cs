using Amend.Editing.Sessions;
using Amend.Server.Jobs;
using Amend.Server.Security;
using Amend.Server.Serving;

namespace Amend.Server.Api;

/// <summary>Takes orders that change models or prepare a change, whoever asks and however; each change is noted in the audit log.</summary>
/// <param name="jobs">Where long work is done.</param>
/// <param name="means">What of the disk may be named, and where changes are noted.</param>
internal sealed class EditOrders(JobBoard jobs, EditMeans means)
{
    /// <summary>Begins to make edits and keeps them.</summary>
    /// <exception cref="Tensors.AmendException">A part of the order cannot be used, or too much waits.</exception>
    public Job Make(ServedModel model, EditBody body, Asker who)
    {
        var order = body.ToOrder(means.Folders);
        return jobs.Start("edit", model.Name, who.Name, async work => await means.Audit.NoteAsync(
            who,
            "edit",
            model.Name,
            () => model.ChangeAsync(
                (session, stop) => session.Edit(body.For(order, session, work, stop), work.Progress<SessionEvent>()), work.Stop),
            IdsOf).ConfigureAwait(false));
    }

    /// <summary>Begins to make and try edits, which are kept by a commit alone.</summary>
    /// <inheritdoc cref="Make"/>
    public Job Preview(ServedModel model, EditBody body, Asker who)
    {
        var order = body.ToOrder(means.Folders);
        return jobs.Start("preview", model.Name, who.Name, async work => PreviewDocument.Of(
            await model.PreviewAsync((session, stop) => body.For(order, session, work, stop), work.Stop).ConfigureAwait(false)));
    }

    /// <summary>Keeps the edits of a preview.</summary>
    /// <inheritdoc cref="ServedModel.CommitAsync"/>
    public Task<EditOutcome> CommitAsync(ServedModel model, string id, Asker who, CancellationToken stop) =>
        means.Audit.NoteAsync(who, "commit", model.Name, () => model.CommitAsync(id, stop), IdsOf);

    /// <summary>Takes edits back.</summary>
    /// <inheritdoc cref="ServedModel.RevertAsync"/>
    public Task<RevertOutcome> RevertAsync(ServedModel model, IReadOnlyList<string>? ids, Asker who, CancellationToken stop) =>
        means.Audit.NoteAsync(who, "revert", model.Name, () => model.RevertAsync(ids, stop), outcome => outcome.Reverted);

    private static IReadOnlyList<string> IdsOf(EditOutcome outcome) => [.. outcome.Edits.Select(edit => edit.Id)];
}

/// <summary>What changes of models need beside the model.</summary>
/// <param name="Folders">What of the disk may be named.</param>
/// <param name="Audit">Where changes are noted.</param>
internal sealed record EditMeans(AllowedFolders Folders, AuditLog Audit);
