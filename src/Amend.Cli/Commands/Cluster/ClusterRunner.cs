using Amend.Cli.Rendering;
using Amend.Cluster.Board;
using Amend.Cluster.Database;
using Amend.Cluster.Orders;
using Amend.Cluster.Sharing;
using Amend.Editing.Homes;
using Amend.Editing.Statistics;
using Amend.Evaluation.Orders;
using Amend.Evaluation.Runs;
using Amend.Models;
using Amend.Tensors;
using Amend.Tracing.Studies;
using static TorchSharp.torch;

namespace Amend.Cli.Commands.Cluster;

/// <summary>Has work done by a cluster, and watches it; it goes on where nobody watches.</summary>
/// <param name="address">The cluster's database.</param>
/// <param name="share">The shared folder; null for none.</param>
/// <param name="home">Amend's home.</param>
internal sealed class ClusterRunner(ClusterAddress address, string? share, AmendHome home)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Submits an evaluation, and waits until it has ended.</summary>
    /// <param name="order">What was ordered.</param>
    /// <param name="plan">The run.</param>
    /// <param name="path">The model's folder or file.</param>
    /// <param name="options">How it is loaded.</param>
    /// <param name="stop">Stops watching.</param>
    /// <exception cref="AmendException">The run cannot be submitted, was cancelled, or units of it failed.</exception>
    public RunResult Run(RunOrder order, RunPlan plan, string path, LoadOptions options, CancellationToken stop)
    {
        using var database = ClusterDatabase.Open(address);
        using var model = LanguageModel.Load(path, options);
        var opened = new OpenedRun(plan, model);
        var board = new RunBoard(database);
        var number = board.Submit(opened, Submission().Share(order, model, path, options.DType));
        Wait(board, number, stop);
        using var results = PostgresResults.Open(database, number, opened.Description);
        return opened.Read(results);
    }

    /// <summary>Has facts traced, and their records put into the study's folder; nothing is submitted where all are there.</summary>
    /// <param name="study">The study.</param>
    /// <param name="facts">The facts.</param>
    /// <param name="model">The model, and what the facts are called.</param>
    /// <param name="shared">Makes of the model what workers are told.</param>
    /// <param name="stop">Stops watching.</param>
    /// <exception cref="AmendException">The run cannot be submitted, was cancelled, or facts of it failed.</exception>
    public void Trace(
        TraceStudy study,
        IReadOnlyList<StudyFact> facts,
        SubmittedModel model,
        Func<ModelReference, SharedStudy> shared,
        CancellationToken stop)
    {
        if (study.Missing(facts).Count == 0)
            return;
        using var database = ClusterDatabase.Open(address);
        var board = new RunBoard(database);
        var number = ClusterStudy.Submit(board, model.Suite, shared(Submission().Reference(model.Model, model.Path, model.Type)), facts);
        Wait(board, number, stop);
        ClusterStudy.Fetch(board, number, study, facts);
    }

    /// <summary>Has statistics collected into files.</summary>
    /// <param name="collector">The layers.</param>
    /// <param name="text">The text.</param>
    /// <param name="paths">The statistics file of each layer.</param>
    /// <param name="model">The model, and what the text is called.</param>
    /// <param name="stop">Stops watching.</param>
    /// <exception cref="AmendException">The run cannot be submitted, was cancelled, or shards of it failed.</exception>
    public void Collect(
        SecondMomentCollector collector, ShardedText text, IReadOnlyList<string> paths, SubmittedModel model, CancellationToken stop)
    {
        using var database = ClusterDatabase.Open(address);
        var board = new RunBoard(database);
        var reference = Submission().Reference(model.Model, model.Path, model.Type);
        var order = new SharedCollection(reference, collector.Layers, collector.Options);
        var number = ClusterCollection.Submit(board, model.Suite, order, text);
        Wait(board, number, stop);
        ClusterCollection.Fetch(board, number, collector, text, paths);
    }

    private Submission Submission() => new(share is null ? null : new SharedStore(share, home.Cache("shared")), home);

    /// <summary>Waits until all of a run is done.</summary>
    private void Wait(RunBoard board, long number, CancellationToken stop)
    {
        Messages.Progress($"run {number} of '{address.Name}'; it goes on when this stops watching, and the same command watches it again");
        var ended = Watch(board, number, stop);
        if (ended.State == "cancelled")
            throw new AmendException($"Run {number} was cancelled; the same command submits it anew.");
        if (board.Aside(number) is [var first, ..] and var aside)
            throw new AmendException($"{aside.Count} units of run {number} were set aside after failing, the first because: {first.Error}");
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

/// <summary>A model whose work is submitted.</summary>
/// <param name="Model">The model.</param>
/// <param name="Path">Its folder or file.</param>
/// <param name="Type">The type of its weights in memory.</param>
/// <param name="Suite">What the work is of, as runs are listed.</param>
internal sealed record SubmittedModel(LanguageModel Model, string Path, ScalarType Type, string Suite);
