using Amend.Editing.Statistics;
using Amend.Server.Jobs;
using Amend.Server.Security;
using Amend.Server.Serving;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Amend.Server.Api;

/// <summary>Work on models of their own or on files: evaluation runs, statistics, exports and checks.</summary>
internal static class WorkEndpoints
{
    /// <summary>Maps them.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api").RequireAuthorization(nameof(Role.Admin)).WithTags("Work");
        group.MapPost("/models/{model}/evaluations", Evaluate).WithSummary("Begins an evaluation run, which loads the model once more.")
            .Produces<JobSummary>(StatusCodes.Status202Accepted);
        group.MapPost("/models/{model}/statistics", Collect).WithSummary("Begins to collect statistics of layers' keys.")
            .Produces<JobSummary>(StatusCodes.Status202Accepted);
        group.MapPost("/models/{model}/exports", Export).WithSummary("Begins to export edits in a form that other programs read.")
            .Produces<JobSummary>(StatusCodes.Status202Accepted);
        routes.MapPost("/api/models/{model}/checks", Check).RequireAuthorization(nameof(Role.Edit)).WithTags("Work")
            .WithSummary("Begins to ask what the edits are about, without them and with them; a gate says what must hold.")
            .Produces<JobSummary>(StatusCodes.Status202Accepted);
    }

    private static IResult Evaluate(string model, EvaluationBody body, ServedModels models, WorkOrders orders, HttpContext context) =>
        JobEndpoints.Begin(context, orders.Evaluate(models.Find(model), body, Asker.Of(context)));

    private static IResult Collect(string model, StatisticsBody body, ServedModels models, WorkOrders orders, HttpContext context) =>
        JobEndpoints.Begin(context, orders.Collect(models.Find(model), body, Asker.Of(context)));

    private static IResult Export(string model, ExportBody body, ServedModels models, WorkOrders orders, HttpContext context) =>
        JobEndpoints.Begin(context, orders.Export(models.Find(model), body, Asker.Of(context)));

    private static IResult Check(string model, CheckBody body, OrderDesk desk, HttpContext context) =>
        JobEndpoints.Begin(context, desk.Check(model, body, Asker.Of(context)));
}

/// <summary>An order for statistics, as <c>amend stats</c> takes it.</summary>
/// <param name="Layers">The layers, from 0.</param>
/// <param name="Texts">Text files or folders, under folders that the server may read.</param>
public sealed record StatisticsBody(IReadOnlyList<int> Layers, IReadOnlyList<string> Texts)
{
    /// <summary>Most tokens.</summary>
    public long MaxTokens { get; init; } = new SecondMomentOptions().MaxTokens;
}
