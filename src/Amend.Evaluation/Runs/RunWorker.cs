using Amend.Evaluation.Metrics;
using Amend.Models;
using Amend.Tensors;

namespace Amend.Evaluation.Runs;

/// <summary>One model at work: does units of a run, and proves after each row that the weights are the base's. For one thread.</summary>
public sealed class RunWorker
{
    private readonly RunWork _work;
    private readonly LanguageModel _model;
    private readonly PhaseClock _clock = new();
    private readonly PlaceAsker _asker;
    private RowEditor? _editor;

    /// <summary>Creates a worker that is handed what it does.</summary>
    /// <param name="run">The run.</param>
    /// <param name="model">The model, without edits; the caller's.</param>
    /// <param name="results">Where results are kept; the caller's.</param>
    public RunWorker(OpenedRun run, LanguageModel model, IRunResults results)
        : this(new RunWork(run, results, new ProgressCounter(total: 0, before: 0, progress: null)), model)
    {
    }

    /// <summary>Creates a worker that does what is left of a run.</summary>
    /// <param name="work">What is done.</param>
    /// <param name="model">The model, without edits.</param>
    internal RunWorker(RunWork work, LanguageModel model)
    {
        (_work, _model) = (work, model);
        _asker = new PlaceAsker(work, model, new CaseAsker(new TimedAnswers(new LiveAnswers(model, work.Plan.Asking), _clock)));
    }

    /// <summary>Asks the unedited model about the cases that are not known; a stop is heeded between two passes.</summary>
    public void AskUnedited(CancellationToken stop)
    {
        new UneditedPass(_work, _model, _clock).Ask(stop);
        _work.Results.AddTimes(OpenedRun.Shared, _clock.Take());
    }

    /// <summary>Does what is left of a unit; a stop is heeded where nothing would be lost by it.</summary>
    /// <param name="unit">The unit, of the run.</param>
    /// <param name="done">What is done of its row.</param>
    /// <param name="stop">Ends the work.</param>
    /// <exception cref="AmendException">A case cannot be edited or measured; the message names it.</exception>
    /// <exception cref="InvalidOperationException">The editor of the row before left something behind in the model.</exception>
    public void Do(RunUnit unit, RowProgress done, CancellationToken stop)
    {
        if (_editor?.Row != unit.Row)
        {
            ProveBase();
            _editor = new RowEditor(_work, unit.Row, _model, _clock);
        }

        Do(new UnitTask(unit, done), _editor, stop);
        _work.Results.AddTimes(unit.Row, _clock.Take());
    }

    /// <summary>Proves that the weights are the base's.</summary>
    /// <exception cref="InvalidOperationException">The last row's editor left something behind in the model.</exception>
    public void ProveBase() => _editor?.ProveBase();

    /// <summary>Does units until none is left or it is stopped.</summary>
    internal void Work(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested && _work.Next() is { } task)
            Do(task.Unit, task.Done, stop);
        ProveBase();
    }

    private void Do(UnitTask task, RowEditor editor, CancellationToken stop)
    {
        try
        {
            editor.Begin(task.Unit);
            if (task.Unit.IsStream)
                new StreamRun(_work, task, editor, _asker, _clock).Do(stop);
            else
                new UnitRun(_work, task, editor, _asker.Ask, _clock).Do(stop);
        }
        finally
        {
            _model.Applied.RevertAll();
        }
    }
}
