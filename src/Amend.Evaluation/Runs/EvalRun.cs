using System.Diagnostics;
using System.Runtime.ExceptionServices;
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
    private const string DatabaseName = "run.db";
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(1);
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

    /// <summary>
    /// Told what was measured so far, about once a second, on a thread of the run; nobody by default. Only of a run with one model.
    /// </summary>
    public Action<RunResult>? SoFar { get; init; }

    /// <summary>Runs what is not there yet.</summary>
    /// <param name="progress">Told each measurement.</param>
    /// <param name="stop">Ends the run after the present case.</param>
    /// <exception cref="AmendException">
    /// A case cannot be edited or measured; the message names it. What was done before is kept.
    /// </exception>
    /// <exception cref="InvalidOperationException">An editor left something behind in the model.</exception>
    public RunResult Run(IProgress<RunProgress>? progress = null, CancellationToken stop = default)
    {
        var clock = new PhaseClock();
        using var model = _load();
        var opened = clock.Time(Phase.Reading, () => new OpenedRun(_plan, model));
        using var results = Open(opened.Description);
        var told = Telling(progress, () => opened.Read(results));
        var work = new RunWork(opened, results, new ProgressCounter(opened.Measurements, opened.Measured(results), told));
        var worker = new RunWorker(work, model);
        worker.AskUnedited(stop);
        results.AddTimes(OpenedRun.Shared, clock.Take());
        foreach (var (unit, done) in opened.Left(results))
            work.Add(new UnitTask(unit, done));
        Work(work, worker, stop);
        return opened.Read(results);
    }

    /// <summary>Tells results so far after measurements, which the thread that measured has written by then.</summary>
    private IProgress<RunProgress>? Telling(IProgress<RunProgress>? progress, Func<RunResult> result) =>
        SoFar is null || _plan.Parallel > 1 ? progress : new Teller(progress, result, SoFar);

    private IRunResults Open(RunDescription run)
    {
        if (_plan.OpenResults is { } open)
            return open(run);
        if (_plan.Folder is not { } folder)
            return RunDatabase.Open(null, run);
        Directory.CreateDirectory(folder);
        return RunDatabase.Open(Path.Combine(folder, DatabaseName), run);
    }

    private void Work(RunWork work, RunWorker worker, CancellationToken stop)
    {
        if (stop.IsCancellationRequested)
            return;
        if (_plan.Parallel == 1)
            worker.Work(stop);
        else
            WorkBeside(work, stop);
    }

    private void WorkBeside(RunWork work, CancellationToken stop)
    {
        var threads = TorchSharp.torch.get_num_threads();
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(stop);
        ExceptionDispatchInfo? failure = null;
        Thread[] beside =
        [
            .. Enumerable.Range(0, Math.Min(_plan.Parallel, work.Count)).Select(_ => new Thread(() =>
            {
                try
                {
                    // libtorch keeps a count a thread, so each worker sets its own.
                    ThreadBudget.Set(Math.Max(1, threads / _plan.Parallel));
                    using var own = _load();
                    new RunWorker(work, own).Work(failed.Token);
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

    private sealed class Teller(IProgress<RunProgress>? progress, Func<RunResult> result, Action<RunResult> soFar) : IProgress<RunProgress>
    {
        private readonly Stopwatch _since = Stopwatch.StartNew();

        public void Report(RunProgress value)
        {
            progress?.Report(value);
            if (_since.Elapsed < Between)
                return;
            soFar(result());
            _since.Restart();
        }
    }
}
