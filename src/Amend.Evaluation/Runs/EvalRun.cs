using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Amend.Editing.Editors;
using Amend.Evaluation.Datasets;
using Amend.Evaluation.Metrics;
using Amend.Models;
using Amend.Models.Families;
using Amend.Tensors;
using Amend.Tensors.Native;

namespace Amend.Evaluation.Runs;

/// <summary>
/// Runs a plan: editors side by side over the cases of a data set, each case edited and measured as the protocol says. Results
/// are kept as they come, so that a run that was stopped or killed goes on where it was.
/// </summary>
public sealed class EvalRun
{
    private const int MostNamed = 5;
    private const string DatabaseName = "run.db";
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(1);
    private static readonly RunRow Shared = new("", NoEdit.EditorName, [], null);
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
        var options = new DatasetOptions { SkipBad = _plan.SkipBad };
        var clock = new PhaseClock();
        using var model = _load();
        if (model.Applied.Ids is { Count: > 0 } applied)
            throw new AmendException(
                $"'{model.Name}' has {applied.Count} edits applied ({string.Join(", ", applied.Take(3))}); "
                + "revert them, because a run starts from the base model.");
        foreach (var row in _plan.Rows)
            _plan.EditorOf(row).Check(model, row.ContextOf(_plan.Context));
        var cases = clock.Time(Phase.Reading, () => new CaseReader(_plan, model).Read(options));
        var run = _plan.Describe(model);
        using var results = Open(run);
        RunUnit[] units = [.. _plan.Rows.SelectMany(row => RunUnit.Cut(run, row, _plan.Protocol.Steps(cases.Items, run.BatchSize)))];
        var work = new RunWork(_plan, cases, results, Counter(results, cases, units, Telling(progress, Result)));
        AskUnedited(work, model, clock, stop);
        results.AddTimes(Shared, clock.Take());
        foreach (var task in Left(results, units))
            work.Add(task);
        Work(work, model, stop);
        return Result();

        RunResult Result() => new(
            run,
            _plan.Metrics,
            [.. _plan.Rows.Select(row => results.Read(row, cases))],
            Finished: !Left(results, units).Any(),
            options.Skipped.Count)
        {
            Shared = results.Read(Shared, cases).Times,
            Notices = _plan.Stream is null ? Notices(cases) : cases.Notices,
            Labels = model.Transformer is EncoderClassifier { Labels.Names: var labels } ? labels : [],
        };
    }

    /// <summary>Tells results so far after measurements, which the thread that measured has written by then.</summary>
    private IProgress<RunProgress>? Telling(IProgress<RunProgress>? progress, Func<RunResult> result) =>
        SoFar is null || _plan.Parallel > 1 ? progress : new Teller(progress, result, SoFar);

    private static IReadOnlyList<string> Notices(RunCases cases)
    {
        string[] same = [.. cases.Read.Where(one => one.Asked.Any(request => request.ChangesNothing)).Select(one => one.Id)];
        if (same.Length == 0)
            return cases.Notices;
        var named = string.Join(", ", same.Take(MostNamed)) + (same.Length > MostNamed ? ", …" : "");
        return
        [
            .. cases.Notices,
            $"{same.Length} of {cases.Count} cases ask for the answer that is true already ({named}): "
            + "metrics that compare the two have no value there.",
        ];
    }

    private IRunResults Open(RunDescription run)
    {
        if (_plan.OpenResults is { } open)
            return open(run);
        if (_plan.Folder is not { } folder)
            return RunDatabase.Open(null, run);
        Directory.CreateDirectory(folder);
        return RunDatabase.Open(Path.Combine(folder, DatabaseName), run);
    }

    private IEnumerable<UnitTask> Left(IRunResults results, RunUnit[] units)
    {
        var progress = _plan.Rows.ToDictionary(row => row, results.Progress);
        return units.Select(unit => new UnitTask(unit, progress[unit.Row])).Where(task => !task.Done.Covers(task.Unit));
    }

    private static ProgressCounter Counter(IRunResults results, RunCases cases, RunUnit[] units, IProgress<RunProgress>? progress) => new(
        cases.Count + units.Sum(unit => unit.Count),
        results.Known().Count + units.GroupBy(unit => unit.Row).Sum(of => of.Sum(results.Progress(of.Key).CountOf)),
        progress);

    private void AskUnedited(RunWork work, LanguageModel model, PhaseClock clock, CancellationToken stop)
    {
        var (cases, known) = (work.Cases, work.Results.Known());
        var live = new TimedAnswers(new LiveAnswers(model, _plan.Asking), clock);
        using var answers = UneditedAnswers.Open(_plan.CacheFolder, model, live, _plan.Asking);
        var asker = new CaseAsker(answers);
        foreach (var chunk in Enumerable.Range(0, cases.Count).Where(place => !known.Contains(place)).Chunk(_plan.Asking.BatchSize))
        {
            if (stop.IsCancellationRequested)
                return;
            var said = asker.Ask([.. chunk.Select(place => cases.Asked[place])], cases.Needs);
            var answered = chunk.Zip(said, (place, answer) => (place, cases.Asked[place].Id, answer));
            clock.Time(Phase.Writing, () => work.Results.AddUnedited(answered));
            work.Progress.Add("unedited answers", chunk.Length);
        }
    }

    private void Work(RunWork work, LanguageModel model, CancellationToken stop)
    {
        if (stop.IsCancellationRequested)
            return;
        if (_plan.Parallel == 1)
            new RunWorker(work, model).Work(stop);
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
