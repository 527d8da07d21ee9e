using Amend.Evaluation.Metrics;
using Amend.Models;

namespace Amend.Evaluation.Runs;

/// <summary>One model at work: does units of a run, and proves after each row that the weights are the base's.</summary>
internal sealed class RunWorker
{
    private readonly RunWork _work;
    private readonly LanguageModel _model;
    private readonly PhaseClock _clock = new();
    private readonly PlaceAsker _asker;

    /// <summary>Creates a worker.</summary>
    /// <param name="work">What is done.</param>
    /// <param name="model">The model, without edits.</param>
    public RunWorker(RunWork work, LanguageModel model)
    {
        (_work, _model) = (work, model);
        _asker = new PlaceAsker(work, model, new CaseAsker(new TimedAnswers(new LiveAnswers(model, work.Plan.Asking), _clock)));
    }

    /// <summary>Does units until none is left or it is stopped.</summary>
    public void Work(CancellationToken stop)
    {
        RowEditor? editor = null;
        while (!stop.IsCancellationRequested && _work.Next() is { } task)
        {
            if (editor?.Row != task.Unit.Row)
            {
                editor?.ProveBase();
                editor = new RowEditor(_work, task.Unit.Row, _model, _clock);
            }

            Do(task, editor, stop);
            _work.Results.AddTimes(task.Unit.Row, _clock.Take());
        }

        editor?.ProveBase();
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
