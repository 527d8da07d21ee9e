using Amend.Editing;
using Amend.Editing.Comparison;
using Amend.Editing.Statistics;
using Amend.Evaluation.Reports;
using Amend.Evaluation.Runs;
using Amend.Models;
using Amend.Server.Jobs;
using Amend.Server.Security;
using Amend.Server.Serving;
using Amend.Shipping;
using Amend.Shipping.Exporting;

namespace Amend.Server.Api;

/// <summary>Takes orders for long work that changes no model, whoever asks and however.</summary>
/// <param name="jobs">Where it is done.</param>
/// <param name="means">What of the disk may be named, and where work on the disk is noted.</param>
internal sealed class WorkOrders(JobBoard jobs, EditMeans means)
{
    /// <summary>
    /// Begins to compare two states: the model is brought to the one and the other, and changes and questions wait meanwhile.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="a">The one: <c>base</c>, <c>head</c>, or <c>@ID</c>.</param>
    /// <param name="b">The other.</param>
    /// <param name="who">Who asks.</param>
    /// <exception cref="Tensors.AmendException">Too much waits.</exception>
    public Job Compare(ServedModel model, string a, string b, Asker who) => jobs.Start("diff", model.Name, who.Name, async work =>
        await model.ChangeAsync(
            (session, stop) => new StateComparison(session, a, b).Run(progress: work.Progress<EditProgress>(), stop: stop),
            work.Stop).ConfigureAwait(false));

    /// <summary>Begins an evaluation run, which loads the model once more.</summary>
    /// <exception cref="Tensors.AmendException">A part of the order cannot be used, or too much waits.</exception>
    public Job Evaluate(ServedModel model, EvaluationBody body, Asker who)
    {
        var plan = body.ToPlan(means.Folders, model.Session.Home);
        return jobs.Start("evaluation", model.Name, who.Name, work => means.Audit.NoteAsync<object>(
            who, "evaluation", model.Name, () => OrderDesk.OnThread(() => Run(model, plan, work)), _ => []));
    }

    /// <summary>Begins to collect statistics of layers' keys.</summary>
    /// <exception cref="Tensors.AmendException">A part of the order cannot be used, or too much waits.</exception>
    public Job Collect(ServedModel model, StatisticsBody body, Asker who)
    {
        var texts = PassageFiles.Find([.. body.Texts.Select(means.Folders.Readable)]);
        var options = new SecondMomentOptions { MaxTokens = body.MaxTokens }.Validated();
        return jobs.Start("statistics", model.Name, who.Name, work => means.Audit.NoteAsync<object>(
            who, "statistics", model.Name, () => OrderDesk.OnThread(() => From(work)), _ => []));

        CollectedStatistics From(JobWork work)
        {
            using var loaded = LanguageModel.Load(model.Path, model.Session.Load);
            var collector = new SecondMomentCollector(loaded, body.Layers, options);
            var library = new SecondMomentLibrary(model.Session.Home);
            string[] paths = [.. collector.Layers.Select(layer => library.PathFor(loaded, layer))];
            var tokens = collector.Collect(texts.Read(), paths, work.Progress<long>(), work.Stop);
            work.Stop.ThrowIfCancellationRequested();
            return CollectedStatistics.Read(loaded.Name, collector.Layers.Zip(paths, tokens), stopped: false, mostWidth: 0);
        }
    }

    /// <summary>Begins to export edits in a form that other programs read.</summary>
    /// <exception cref="Tensors.AmendException">A part of the order cannot be used, or too much waits.</exception>
    public Job Export(ServedModel model, ExportBody body, Asker who)
    {
        var order = body.ToOrder(means.Folders, model.Session.Load);
        return jobs.Start("export", model.Name, who.Name, work => means.Audit.NoteAsync<object>(
            who, "export", model.Name, () => OrderDesk.OnThread(() => Written(work)), exported => ((ExportOutcome)exported).Edits));

        ExportOutcome Written(JobWork work) =>
            Shipment.Export(model.Path, OrderDesk.StoreOf(model), order, work.Progress<TensorProgress>(), work.Stop);
    }

    private static EvalReport Run(ServedModel model, RunPlan plan, JobWork work)
    {
        var run = new EvalRun(plan, () => LanguageModel.Load(model.Path, model.Session.Load))
        {
            SoFar = soFar => work.Keep(EvalReport.Of(soFar)),
        };
        var result = run.Run(work.Progress<RunProgress>(), work.Stop);
        if (!result.Finished)
            throw new OperationCanceledException(work.Stop);
        var report = EvalReport.Of(result);
        ReportFolder.Write(plan.Folder!, report);
        return report;
    }
}
