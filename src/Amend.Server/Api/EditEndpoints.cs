using Amend.Editing.Sessions;
using Amend.Server.Jobs;
using Amend.Server.Security;
using Amend.Server.Serving;
using Amend.Server.Wire;
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

    private static async Task<EditList> ListAsync(string model, OrderDesk desk, HttpContext context) =>
        context.Tell(await desk.ListAsync(model, context.RequestAborted).ConfigureAwait(false));

    private static Task<EditDetails> ShowAsync(string model, string id, OrderDesk desk, CancellationToken stop) =>
        desk.ShowAsync(model, id, stop);

    private static IResult Make(string model, EditBody body, OrderDesk desk, HttpContext context) =>
        JobEndpoints.Begin(context, desk.Edit(model, body, Asker.Of(context)));

    private static IResult Preview(string model, EditBody body, OrderDesk desk, HttpContext context) =>
        JobEndpoints.Begin(context, desk.Preview(model, body, Asker.Of(context)));

    private static async Task<EditOutcome> CommitAsync(string model, string id, OrderDesk desk, HttpContext context) =>
        context.Tell(await desk.CommitAsync(model, id, Asker.Of(context), context.RequestAborted).ConfigureAwait(false));

    private static async Task<IResult> ForgetAsync(string model, string id, ServedModels models, CancellationToken stop)
    {
        await models.Find(model).ForgetAsync(id, stop).ConfigureAwait(false);
        return Results.NoContent();
    }

    private static Task<RevertOutcome> RevertAsync(string model, string id, OrderDesk desk, HttpContext context) =>
        TakeBackAsync(model, [id], desk, context);

    private static Task<RevertOutcome> RevertAllAsync(string model, OrderDesk desk, HttpContext context) =>
        TakeBackAsync(model, ids: null, desk, context);

    private static async Task<RevertOutcome> TakeBackAsync(
        string model, IReadOnlyList<string>? ids, OrderDesk desk, HttpContext context) =>
        context.Tell(await desk.RevertAsync(model, ids, Asker.Of(context), context.RequestAborted).ConfigureAwait(false));

    private static Task<ModelState> RefreshAsync(string model, ServedModels models, CancellationToken stop)
    {
        var served = models.Find(model);
        return served.ChangeAsync((session, _) => ModelState.Of(served.Name, session.Store.BaseHash, session.Refresh()), stop);
    }
}

/// <summary>What changes of models need beside the model.</summary>
/// <param name="Folders">What of the disk may be named.</param>
/// <param name="Audit">Where changes are noted.</param>
internal sealed record EditMeans(AllowedFolders Folders, AuditLog Audit);
