using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Amend.Evaluation.Cases;
using Amend.Evaluation.Datasets;
using Amend.Evaluation.Metrics;
using Amend.Models;
using Amend.Tensors;
using Amend.Tensors.Native;

namespace Amend.Evaluation.Runs;

/// <summary>
/// Runs a plan: editors side by side over the cases of a data set, each case edited and measured as the protocol says. Results
/// are kept as they come, so that a run that was stopped or killed goes on where it was.
/// </summary>
public sealed class EvalRun
{
    private const int UneditedChunk = 16;
    private const string DatabaseName = "run.db";
    private static readonly RunRow Shared = new("", RunRow.Unedited, [], null);
    private readonly RunPlan _plan;
    private readonly Func<LanguageModel> _load;

    /// <summary>Creates the run of a plan.</summary>
    /// <param name="plan">What is to be run.</param>
    /// <param name="load">Loads the model, without edits; called once for each model that works beside the others.</param>
    /// <exception cref="AmendException">The plan cannot be run.</exception>
    public EvalRun(RunPlan plan, Func<LanguageModel> load)
    {
        _plan = plan.Validated();
        _load = load;
    }

    /// <summary>Runs what is not there yet.</summary>
    /// <param name="progress">Told each measurement.</param>
    /// <param name="stop">Ends the run after the present case.</param>
    /// <exception cref="AmendException">A case cannot be edited or measured; the message names it. What was done before is kept.</exception>
    /// <exception cref="InvalidOperationException">An editor left something behind in the model.</exception>
    public RunResult Run(IProgress<RunProgress>? progress = null, CancellationToken stop = default)
    {
        var options = new DatasetOptions { SkipBad = _plan.SkipBad };
        var clock = new PhaseClock();
        using var model = _load();
        if (model.Applied.Ids is { Count: > 0 } applied)
            throw new AmendException($"'{model.Name}' has {applied.Count} edits applied ({string.Join(", ", applied.Take(3))}); revert them, because a run starts from the base model.");
        foreach (var row in _plan.Rows)
            _plan.EditorOf(row)?.Check(model, row.ContextOf(_plan.Context));
        var cases = clock.Time(Phase.Reading, () => Read(options));
        var run = _plan.Describe(model);
        if (_plan.Folder is not null)
            Directory.CreateDirectory(_plan.Folder);
        using var database = RunDatabase.Open(_plan.Folder is null ? null : Path.Combine(_plan.Folder, DatabaseName), run);
        var counter = Counter(database, cases, run, progress);
        AskUnedited(model, database, cases, clock, counter, stop);
        database.AddTimes(Shared, clock.Take());
        Work(model, database, cases, run, counter, stop);
        RowResult[] rows = [.. _plan.Rows.Select(row => database.Read(row, cases.Asked, cases.Needs))];
        var moments = _plan.Protocol.Moments(run.BatchSize);
        return new RunResult(run, rows, rows.All(row => moments.All(moment => row.MeasuredAt(moment).Count == (row.Stopped ? row.Cases.Count : cases.Count))), options.Skipped.Count)
        {
            Shared = database.Read(Shared, [], cases.Needs).Times,
        };
    }

    private RunCases Read(DatasetOptions options)
    {
        EditCase[] read = [.. _plan.Source.Read(options).Skip(_plan.Offset).Take(_plan.Cases ?? int.MaxValue)];
        var snippets = _plan.AsksReferences ? AttributeSnippets.Load(_plan.SnippetsPath!) : null;
        return read.Length == 0
            ? throw new AmendException($"'{_plan.Source.Path}' has no case after the first {_plan.Offset}; give a smaller --offset.")
            : new RunCases(read, [.. read.Select(one => MetricCase.Of(one, snippets))], CaseScorer.NeedsOf(_plan.Metrics));
    }

    private ProgressCounter Counter(RunDatabase database, RunCases cases, RunDescription run, IProgress<RunProgress>? progress)
    {
        var moments = _plan.Protocol.Moments(run.BatchSize);
        return new ProgressCounter(
            cases.Count * (1 + (_plan.Rows.Count * moments.Count)),
            database.Known().Count + _plan.Rows.Sum(row => moments.Sum(moment => database.Measured(row, moment).Count)),
            progress);
    }

    private void AskUnedited(LanguageModel model, RunDatabase database, RunCases cases, PhaseClock clock, ProgressCounter counter, CancellationToken stop)
    {
        var known = database.Known();
        using var answers = UneditedAnswers.Open(_plan.CacheFolder, model, new TimedAnswers(new LiveAnswers(model, _plan.Scoring), clock), _plan.Scoring);
        var scorer = new CaseScorer(answers);
        foreach (var chunk in cases.Batches(UneditedChunk).Where(chunk => !known.Contains(chunk[0])).TakeWhile(_ => !stop.IsCancellationRequested))
        {
            var said = scorer.Ask([.. chunk.Select(place => cases.Asked[place])], cases.Needs);
            clock.Time(Phase.Writing, () => database.AddCases(chunk.Zip(said, (place, answer) => (place, cases.Asked[place].Id, answer))));
            counter.Add("unedited answers", chunk.Length);
        }
    }

    private void Work(LanguageModel model, RunDatabase database, RunCases cases, RunDescription run, ProgressCounter counter, CancellationToken stop)
    {
        if (stop.IsCancellationRequested)
            return;
        var units = new ConcurrentQueue<RunUnit>(Units(cases, run.BatchSize));
        RunWorker Worker(LanguageModel own) => new(_plan, own, database, cases, counter);
        if (_plan.Parallel == 1)
            Worker(model).Work(units, stop);
        else
            WorkBeside(units, Worker, stop);
    }

    private IEnumerable<RunUnit> Units(RunCases cases, int batchSize) => _plan.Rows.SelectMany(row => _plan.Protocol.KeepsEdits
        ? [new RunUnit(row, cases.Batches(batchSize))]
        : cases.Batches(batchSize).Select(batch => new RunUnit(row, [batch])));

    private void WorkBeside(ConcurrentQueue<RunUnit> units, Func<LanguageModel, RunWorker> worker, CancellationToken stop)
    {
        var threads = TorchSharp.torch.get_num_threads();
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(stop);
        ExceptionDispatchInfo? failure = null;
        Thread[] beside =
        [
            .. Enumerable.Range(0, Math.Min(_plan.Parallel, units.Count)).Select(_ => new Thread(() =>
            {
                try
                {
                    // libtorch keeps a count a thread, so each worker sets its own.
                    ThreadBudget.Set(Math.Max(1, threads / _plan.Parallel));
                    using var own = _load();
                    worker(own).Work(units, failed.Token);
                }
                catch (Exception e)
                {
                    Interlocked.CompareExchange(ref failure, ExceptionDispatchInfo.Capture(e), null);
                    failed.Cancel();
                }
            })),
        ];
        foreach (var thread in beside)
            thread.Start();
        foreach (var thread in beside)
            thread.Join();
        ThreadBudget.Set(threads);
        failure?.Throw();
    }
}
