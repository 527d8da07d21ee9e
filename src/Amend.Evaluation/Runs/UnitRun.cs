using System.Text.Json.Nodes;
using Amend.Evaluation.Metrics;
using Amend.Evaluation.Protocols;
using Amend.Tensors;

namespace Amend.Evaluation.Runs;

/// <summary>A unit being done, step by step; what its row's results hold already is passed over.</summary>
/// <param name="work">The run.</param>
/// <param name="task">The unit, and what is done of it.</param>
/// <param name="editor">Edits its cases.</param>
/// <param name="ask">Asks the model about cases, by their places.</param>
/// <param name="clock">Counts the time of writing.</param>
internal sealed class UnitRun(RunWork work, UnitTask task, RowEditor editor,
    Func<IReadOnlyList<int>, IReadOnlyList<CaseAnswers>> ask, PhaseClock clock)
{
    private readonly HashSet<int> _edited = [.. task.Done.Edited.Keys];
    private readonly List<EditedCase> _unkept = [];
    private JsonObject? _settings;
    private bool _stopped = task.Done.IsStopped;

    /// <summary>Does the steps; a stop is heeded where nothing would be lost by it.</summary>
    /// <exception cref="AmendException">A case cannot be edited or measured; the message names it.</exception>
    public void Do(CancellationToken stop)
    {
        foreach (var step in task.Unit.Steps)
        {
            if (stop.IsCancellationRequested && _unkept.Count == 0)
                return;
            Do(step);
        }

        editor.Forget();
    }

    private void Do(ProtocolStep step)
    {
        switch (step)
        {
            case EditStep edit:
                Naming(edit.Places, () => Edit(edit.Places));
                break;
            case MeasureStep measure:
                Naming(measure.Places, () => Measure(measure));
                break;
            default:
                editor.Revert();
                break;
        }
    }

    private void Edit(IReadOnlyList<int> places)
    {
        if (_edited.Contains(places[0]))
        {
            if (task.Done.Edited[places[0]] is not null)
                editor.ApplyAgain(places);
            return;
        }

        if (_stopped)
            return;
        var made = editor.Edit(places);
        _stopped = made.EndsRow;
        if (_stopped)
        {
            work.Stop(task.Unit.Row);
            return;
        }

        _unkept.AddRange(made.Cases);
        _edited.UnionWith(places);
        _settings ??= made.Settings;
    }

    private void Measure(MeasureStep step)
    {
        var left = task.Done.Left(step, _edited.Contains, _stopped);
        if (left.Count == 0)
            return;
        var measured = new RowMeasurement(step.Moment, [.. left.Zip(ask(left))]) { Edited = [.. _unkept], Settings = _settings };
        clock.Time(Phase.Writing, () => work.Results.AddMeasured(task.Unit.Row, measured));
        work.Progress.Add(task.Unit.Row.Name, left.Count);
        _unkept.Clear();
    }

    private void Naming(IReadOnlyList<int> places, Action action) => work.Naming(task.Unit.Row, places, action);
}
