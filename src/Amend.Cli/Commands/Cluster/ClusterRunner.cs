using Amend.Cli.Rendering;
using Amend.Cluster.Board;
using Amend.Cluster.Database;
using Amend.Cluster.Sharing;
using Amend.Editing.Homes;
using Amend.Evaluation.Orders;
using Amend.Evaluation.Runs;
using Amend.Models;
using Amend.Tensors;

namespace Amend.Cli.Commands.Cluster;

/// <summary>Has a run done by a cluster, and watches it; the run goes on where nobody watches.</summary>
/// <param name="address">The cluster's database.</param>
/// <param name="share">The shared folder; null for none.</param>
/// <param name="home">Amend's home.</param>
internal sealed class ClusterRunner(ClusterAddress address, string? share, AmendHome home)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Submits a run, and waits until it has ended.</summary>
    /// <param name="order">What was ordered.</param>
    /// <param name="plan">The run.</param>
    /// <param name="path">The model's folder or file.</param>
    /// <param name="options">How it is loaded.</param>
    /// <param name="stop">Stops watching.</param>
    /// <exception cref="AmendException">The run cannot be submitted, was cancelled, or units of it failed.</exception>
    public RunResult Run(RunOrder order, RunPlan plan, string path, LoadOptions options, CancellationToken stop)
    {
        using var database = ClusterDatabase.Open(address);
        var board = new RunBoard(database);
        using var model = LanguageModel.Load(path, options);
        var opened = new OpenedRun(plan, model);
        var store = share is null ? null : new SharedStore(share, home.Cache("shared"));
        var number = board.Submit(opened, new Submission(store, home).Share(order, model, path, options.DType));
        Messages.Progress($"run {number} of '{address.Name}'; it goes on when this stops watching, and the same command watches it again");
        var ended = Watch(board, number, stop);
        if (ended.State == "cancelled")
            throw new AmendException($"Run {number} was cancelled; the same command submits it anew.");
        if (board.Aside(number) is [var first, ..] and var aside)
            throw new AmendException($"{aside.Count} units of run {number} were set aside after failing, the first because: {first.Error}");
        using var results = PostgresResults.Open(database, number, opened.Description);
        return opened.Read(results);
    }

    private static ClusterRun Watch(RunBoard board, long number, CancellationToken stop)
    {
        var lines = new ProgressLines();
        var clock = System.Diagnostics.Stopwatch.StartNew();
        int? before = null;
        var told = new HashSet<string>();
        while (true)
        {
            var run = board.Find(number);
            var done = run.Units.Done + run.Units.Aside;
            before ??= done;
            var rate = (done - before.Value) / Math.Max(clock.Elapsed.TotalSeconds, 1e-3);
            TimeSpan? left = rate > 0 ? TimeSpan.FromSeconds((run.Units.All - done) / rate) : null;
            lines.Report(new RunProgress($"run {number}", done, run.Units.All, rate, left));
            foreach (var trouble in board.Troubles(number).Where(told.Add))
                Messages.Progress($"not begun by {trouble}");
            if (run.HasEnded)
                return run;
            if (stop.WaitHandle.WaitOne(Pause))
                throw new OperationCanceledException($"run {number} goes on", stop);
        }
    }
}
