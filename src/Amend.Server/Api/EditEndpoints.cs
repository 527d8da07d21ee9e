using Amend.Editing.Sessions;
using Amend.Editing.Stores;
using Amend.Server.Jobs;
using Amend.Server.Security;
using Amend.Server.Serving;
using Amend.Server.Wire;
using Amend.Tensors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Amend.Server.Api;

/// <summary>The edits of models: made, previewed, committed, listed and taken back.</summary>
internal static class EditEndpoints
{
    /// <summary>Maps them.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/models/{model}").WithTags("Edits");
        var asks = group.MapGroup("").RequireAuthorization(nameof(Role.Ask));
        asks.MapGet("/edits", ListAsync).WithSummary("The edits of a model, oldest first.");
        asks.MapGet("/edits/{id}", ShowAsync).WithSummary("Everything about an edit.");
        var edits = group.MapGroup("").RequireAuthorization(nameof(Role.Edit));
        edits.MapPost("/edits", Make).WithSummary("Begins to make edits and keeps them.")
            .Produces<JobSummary>(StatusCodes.Status202Accepted);
        edits.MapPost("/previews", Preview).WithSummary("Begins to make and try edits, which are kept by a commit alone.")
            .Produces<JobSummary>(StatusCodes.Status202Accepted);
        edits.MapPost("/previews/{id}/commit", CommitAsync).WithSummary("Keeps the edits of a preview.");
        edits.MapDelete("/previews/{id}", ForgetAsync).WithSummary("Forgets a preview.");
        edits.MapPost("/edits/{id}/revert", RevertAsync).WithSummary("Takes an edit back.");
        edits.MapPost("/revert", RevertAllAsync).WithSummary("Takes all edits back.");
        edits.MapPost("/refresh", RefreshAsync).WithSummary("Brings a model to the edits that another process has made meanwhile.");
    }

    private static Task<EditList> ListAsync(string model, ServedModels models, HttpContext context) => models.Find(model).LookAsync(
        at: null,
        (session, state) =>
        {
            context.NameState(state);
            return new EditList(model, EditSummary.ReadAll(session.Store));
        },
        context.RequestAborted);

    private static Task<EditDetails> ShowAsync(string model, string id, ServedModels models, CancellationToken stop) =>
        models.Find(model).LookAsync(at: null, (session, _) => EditDetails.Read(session.Store, Find(session.Store, id)), stop);

    private static IResult Make(
        string model, EditBody body, ServedModels models, JobBoard jobs, EditMeans means, HttpContext context)
    {
        var (served, order, who) = (models.Find(model), body.ToOrder(means.Folders), Asker.Of(context));
        return JobEndpoints.Begin(context, jobs, "edit", served.Name, async work => await means.Audit.NoteAsync(
            who,
            "edit",
            served.Name,
            () => served.ChangeAsync(
                (session, stop) => session.Edit(body.For(order, session, work, stop), work.Progress<SessionEvent>()), work.Stop),
            IdsOf).ConfigureAwait(false));
    }

    private static IResult Preview(
        string model, EditBody body, ServedModels models, JobBoard jobs, EditMeans means, HttpContext context)
    {
        var (served, order) = (models.Find(model), body.ToOrder(means.Folders));
        return JobEndpoints.Begin(context, jobs, "preview", served.Name, async work => PreviewDocument.Of(
            await served.PreviewAsync((session, stop) => body.For(order, session, work, stop), work.Stop).ConfigureAwait(false)));
    }

    private static async Task<EditOutcome> CommitAsync(
        string model, string id, ServedModels models, EditMeans means, HttpContext context)
    {
        var served = models.Find(model);
        var outcome = await means.Audit.NoteAsync(
            Asker.Of(context), "commit", served.Name, () => served.CommitAsync(id, context.RequestAborted), IdsOf).ConfigureAwait(false);
        context.NameState(served.Head!);
        return outcome;
    }

    private static async Task<IResult> ForgetAsync(string model, string id, ServedModels models, CancellationToken stop)
    {
        await models.Find(model).ForgetAsync(id, stop).ConfigureAwait(false);
        return Results.NoContent();
    }

    private static Task<RevertOutcome> RevertAsync(string model, string id, ServedModels models, EditMeans means, HttpContext context) =>
        TakeBackAsync(models.Find(model), [id], means, context);

    private static Task<RevertOutcome> RevertAllAsync(string model, ServedModels models, EditMeans means, HttpContext context) =>
        TakeBackAsync(models.Find(model), ids: null, means, context);

    private static async Task<RevertOutcome> TakeBackAsync(
        ServedModel served, IReadOnlyList<string>? ids, EditMeans means, HttpContext context)
    {
        var outcome = await means.Audit.NoteAsync(
            Asker.Of(context),
            "revert",
            served.Name,
            () => served.RevertAsync(ids, context.RequestAborted),
            outcome => outcome.Reverted).ConfigureAwait(false);
        context.NameState(served.Head!);
        return outcome;
    }

    private static Task<ModelState> RefreshAsync(string model, ServedModels models, CancellationToken stop)
    {
        var served = models.Find(model);
        return served.ChangeAsync((session, _) => ModelState.Of(served.Name, session.Store.BaseHash, session.Refresh()), stop);
    }

    private static IReadOnlyList<string> IdsOf(EditOutcome outcome) => [.. outcome.Edits.Select(edit => edit.Id)];

    /// <summary>The whole id of an edit; one that is not there is told as such.</summary>
    private static string Find(EditStore store, string id)
    {
        try
        {
            return store.Find(id);
        }
        catch (AmendException e)
        {
            throw new NotServedException(e.Message);
        }
    }
}

/// <summary>What changes of models need beside the model.</summary>
/// <param name="Folders">What of the disk may be named.</param>
/// <param name="Audit">Where changes are noted.</param>
internal sealed record EditMeans(AllowedFolders Folders, AuditLog Audit);
