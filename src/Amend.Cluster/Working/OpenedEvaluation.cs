using Amend.Cluster.Board;
using Amend.Cluster.Database;
using Amend.Cluster.Orders;
using Amend.Cluster.Scheduling;
using Amend.Cluster.Sharing;
using Amend.Evaluation.Runs;
using Amend.Models;
using Amend.Tensors;

namespace Amend.Cluster.Working;

/// <summary>An evaluation that a worker has open: its units are those of the run, behind the one that asks the unedited model.</summary>
internal sealed class OpenedEvaluation : IOpenedWork
{
    private readonly OpenedRun _run;
    private readonly PostgresResults _results;
    private readonly RunWorker _worker;

    private OpenedEvaluation(OpenedRun run, PostgresResults results, RunWorker worker) =>
        (_run, _results, _worker) = (run, results, worker);

    /// <summary>Opens an evaluation.</summary>
    /// <param name="run">The run.</param>
    /// <param name="order">What was ordered.</param>
    /// <param name="model">The model.</param>
    /// <param name="database">The database; the caller's.</param>
    /// <param name="files">The order's files.</param>
    /// <exception cref="AmendException">A file cannot be had, or the run is another one here than where it was submitted.</exception>
    public static OpenedEvaluation Open(OpenRun run, SharedOrder order, LanguageModel model, ClusterDatabase database, SharedFiles files)
    {
        var plan = order.Order.ToPlan(order.Order.Find(files)) with
        {
            KeepEdits = unit => new PostgresEdits(database, run.Number, unit.Id),
        };
        var opened = new OpenedRun(plan, model);
        var description = run.DescriptionOfEvaluation();
        // Where statistics lie may differ from machine to machine.
        if (description.DifferenceTo(opened.Description with { Statistics = description.Statistics }) is { } difference)
            throw new AmendException($"Run {run.Number} is another one here than where it was submitted: {difference}.");
        var results = PostgresResults.Open(database, run.Number, description);
        return new OpenedEvaluation(opened, results, new RunWorker(opened, model, results));
    }

    /// <inheritdoc/>
    public string RowOf(int number) => number == 0 ? "" : _run.Units[number - 1].Row.Name;

    /// <inheritdoc/>
    public bool Do(OfferedUnit unit, CancellationToken stop)
    {
        if (unit.Number > 0)
            return DoUnit(_run.Units[unit.Number - 1], unit.IsAgain, stop);
        // From the beginning, because what is asked together changes last digits.
        if (unit.IsAgain)
            _results.ForgetUnedited();
        _worker.AskUnedited(stop);
        return false;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _results.Dispose();
        _worker.ProveBase();
    }

    private bool DoUnit(RunUnit unit, bool isAgain, CancellationToken stop)
    {
        var isGuarded = _run.Plan.Guard is not null;
        // A short unit that was begun and given back is done anew, which costs less than asking about every unit.
        var done = isAgain || unit.KeepsEdits || isGuarded ? _results.Progress(unit.Row) : RowProgress.Nothing;
        if (!done.Covers(unit))
            _worker.Do(unit, done, stop);
        return isGuarded && _results.Progress(unit.Row).IsStopped;
    }
}
