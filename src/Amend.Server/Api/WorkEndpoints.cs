using Amend.Editing.Statistics;
using Amend.Evaluation.Reports;
using Amend.Evaluation.Runs;
using Amend.Models;
using Amend.Server.Jobs;
using Amend.Server.Security;
using Amend.Server.Serving;
using Amend.Shipping;
using Amend.Shipping.Exporting;
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

    private static IResult Evaluate(
        string model, EvaluationBody body, ServedModels models, JobBoard jobs, EditMeans means, HttpContext context)
    {
        var (served, who) = (models.Find(model), Asker.Of(context));
        var plan = body.ToPlan(means.Folders, served.Session.Home);
        return JobEndpoints.Begin(context, jobs.Start("evaluation", served.Name, who.Name, work => means.Audit.NoteAsync<object>(
            who, "evaluation", served.Name, () => OrderDesk.OnThread(() => Run(served, plan, work)), _ => [])));
    }

    private static EvalReport Run(ServedModel served, RunPlan plan, JobWork work)
    {
        var run = new EvalRun(plan, () => LanguageModel.Load(served.Path, served.Session.Load));
        var result = run.Run(work.Progress<RunProgress>(), work.Stop);
        if (!result.Finished)
            throw new OperationCanceledException(work.Stop);
        var report = EvalReport.Of(result);
        ReportFolder.Write(plan.Folder!, report);
        return report;
    }

    private static IResult Collect(
        string model, StatisticsBody body, ServedModels models, JobBoard jobs, EditMeans means, HttpContext context)
    {
        var (served, who) = (models.Find(model), Asker.Of(context));
        var texts = PassageFiles.Find([.. body.Texts.Select(means.Folders.Readable)]);
        var options = new SecondMomentOptions { MaxTokens = body.MaxTokens }.Validated();
        return JobEndpoints.Begin(context, jobs.Start("statistics", served.Name, who.Name, work => means.Audit.NoteAsync<object>(
            who, "statistics", served.Name, () => OrderDesk.OnThread(() => From(work)), _ => [])));

        CollectedStatistics From(JobWork work)
        {
            using var loaded = LanguageModel.Load(served.Path, served.Session.Load);
            var collector = new SecondMomentCollector(loaded, body.Layers, options);
            var library = new SecondMomentLibrary(served.Session.Home);
            string[] paths = [.. collector.Layers.Select(layer => library.PathFor(loaded, layer))];
            var tokens = collector.Collect(texts.Read(), paths, work.Progress<long>(), work.Stop);
            work.Stop.ThrowIfCancellationRequested();
            return CollectedStatistics.Read(loaded.Name, collector.Layers.Zip(paths, tokens), stopped: false, mostWidth: 0);
        }
    }

    private static IResult Export(
        string model, ExportBody body, ServedModels models, JobBoard jobs, EditMeans means, HttpContext context)
    {
        var (served, who) = (models.Find(model), Asker.Of(context));
        var order = body.ToOrder(means.Folders, served.Session.Load);
        return JobEndpoints.Begin(context, jobs.Start("export", served.Name, who.Name, work => means.Audit.NoteAsync<object>(
            who, "export", served.Name, () => OrderDesk.OnThread(() => Written(work)), exported => ((ExportOutcome)exported).Edits)));

        ExportOutcome Written(JobWork work) =>
            Shipment.Export(served.Path, OrderDesk.StoreOf(served), order, work.Progress<TensorProgress>(), work.Stop);
    }

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
