using Amend.Editing.Checks;
using Amend.Editing.Editors;
using Amend.Editing.Sessions;
using Amend.Editing.Statistics;
using Amend.Server.Jobs;
using Amend.Server.Security;
using Amend.Server.Serving;
using Amend.Server.Wire;
using Amend.Tracing.Results;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Amend.Server.Api;

/// <summary>Looks at models: what they are, say and hold.</summary>
internal static class ModelEndpoints
{
    /// <summary>Maps them.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api").RequireAuthorization(nameof(Role.Ask)).WithTags("Models");
        group.MapGet("/models", ModelsAsync).WithSummary("The served models and their states.");
        group.MapGet("/models/{model}", ModelAsync).WithSummary("A model and its state.");
        group.MapGet("/editors", () => EditorList.Describe()).WithSummary("The editors and their settings.");
        group.MapGet("/models/{model}/editors", EditorsAsync).WithSummary("The editors and their settings for a model.");
        group.MapPost("/models/{model}/ask", AskAsync).WithSummary("Asks a model in any state.");
        group.MapPost("/models/{model}/targets", CompareAsync)
            .WithSummary("Whether a model gives targets in one state, compared with another.");
        group.MapPost("/models/{model}/traces", Trace).WithSummary("Begins a causal trace of a fact.")
            .Produces<JobSummary>(StatusCodes.Status202Accepted);
        group.MapGet("/models/{model}/statistics", StatisticsAsync).WithSummary("The statistics of a model's keys that editors find.");
    }

    private static Task<ModelsDocument> ModelsAsync(OrderDesk desk, CancellationToken stop) => desk.ModelsAsync(stop);

    private static Task<ModelDocument> ModelAsync(string model, OrderDesk desk, CancellationToken stop) => desk.ModelAsync(model, stop);

    private static Task<EditorList> EditorsAsync(string model, ServedModels models, CancellationToken stop) =>
        models.Find(model).LookAsync(at: null, (session, _) => EditorList.Describe(session.Model), stop);

    private static async Task<AskOutcome> AskAsync(string model, AskBody body, OrderDesk desk, HttpContext context) =>
        context.Tell(await desk.AskAsync(model, body, context.RequestAborted).ConfigureAwait(false));

    private static Task<RequestsReport> CompareAsync(
        string model, TargetsBody body, ServedModels models, AllowedFolders folders, HttpContext context)
    {
        var requests = body.ToRequests(folders);
        return models.Find(model).CompareAsync(
            body.From,
            body.At,
            session => RequestsCheck.Before(session.Model, requests),
            (before, state) =>
            {
                context.NameState(state);
                return before.After();
            },
            context.RequestAborted);
    }

    private static IResult Trace(string model, TraceBody body, OrderDesk desk, HttpContext context) =>
        JobEndpoints.Begin(context, desk.Trace(model, body, Asker.Of(context)));

    private static Task<StatisticsList> StatisticsAsync(string model, ServedModels models, CancellationToken stop)
    {
        var served = models.Find(model);
        return served.LookAsync(
            "base",
            (session, _) => StatisticsList.Read(new SecondMomentLibrary(served.Session.Home), session.Model, mostWidth: 0),
            stop);
    }
}

/// <summary>Facts whose targets are asked for in two states.</summary>
public sealed record TargetsBody : FactsBody
{
    /// <summary>The state to compare with: an edit's id, <c>base</c>, or null for the model as it is now.</summary>
    public string? From { get; init; } = "base";

    /// <summary>The state that is asked: an edit's id, <c>base</c>, or null for the model as it is now.</summary>
    public string? At { get; init; }
}

/// <summary>A trace, and the state that was traced.</summary>
/// <param name="State">The state.</param>
/// <param name="Trace">The trace, as <c>amend trace --json</c> has it.</param>
public sealed record TracedFact(ModelState State, FactTrace Trace);
