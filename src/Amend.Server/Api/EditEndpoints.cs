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

    private static IResult Make(string model, EditBody body, ServedModels models, EditOrders orders, HttpContext context) =>
        JobEndpoints.Begun(context, orders.Make(models.Find(model), body, Asker.Of(context)));

    private static IResult Preview(string model, EditBody body, ServedModels models, EditOrders orders, HttpContext context) =>
        JobEndpoints.Begun(context, orders.Preview(models.Find(model), body, Asker.Of(context)));

    private static async Task<EditOutcome> CommitAsync(
        string model, string id, ServedModels models, EditOrders orders, HttpContext context)
    {
        var served = models.Find(model);
        var outcome = await orders.CommitAsync(served, id, Asker.Of(context), context.RequestAborted).ConfigureAwait(false);
        context.NameState(served.Head!);
        return outcome;
    }

    private static async Task<IResult> ForgetAsync(string model, string id, ServedModels models, CancellationToken stop)
    {
        await models.Find(model).ForgetAsync(id, stop).ConfigureAwait(false);
        return Results.NoContent();
    }

    private static Task<RevertOutcome> RevertAsync(string model, string id, ServedModels models, EditOrders orders, HttpContext context) =>
        TakeBackAsync(models.Find(model), [id], orders, context);

    private static Task<RevertOutcome> RevertAllAsync(string model, ServedModels models, EditOrders orders, HttpContext context) =>
        TakeBackAsync(models.Find(model), ids: null, orders, context);

    private static async Task<RevertOutcome> TakeBackAsync(
        ServedModel served, IReadOnlyList<string>? ids, EditOrders orders, HttpContext context)
    {
        var outcome = await orders.RevertAsync(served, ids, Asker.Of(context), context.RequestAborted).ConfigureAwait(false);
        context.NameState(served.Head!);
        return outcome;
    }

    private static Task<ModelState> RefreshAsync(string model, ServedModels models, CancellationToken stop)
    {
        var served = models.Find(model);
        return served.ChangeAsync((session, _) => ModelState.Of(served.Name, session.Store.BaseHash, session.Refresh()), stop);
    }

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
