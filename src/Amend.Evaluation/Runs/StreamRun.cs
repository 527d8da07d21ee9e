using Amend.Evaluation.Metrics;
using Amend.Evaluation.Protocols;

namespace Amend.Evaluation.Runs;

/// <summary>
/// A stream being done, item by item: each is asked for when it comes and edited where the model is wrong. An item is kept as a whole, and
/// so is a measurement on the way, so that a stream that was killed goes on behind the last item that it holds.
/// </summary>
/// <param name="work">The run.</param>
/// <param name="task">The stream, and what is done of it.</param>
/// <param name="editor">Edits its items.</param>
/// <param name="asker">Asks the model.</param>
/// <param name="clock">Counts the time of writing.</param>
internal sealed class StreamRun(RunWork work, UnitTask task, RowEditor editor, PlaceAsker asker, PhaseClock clock)
{
    private readonly StreamPlan _plan = work.Plan.Stream!;
    private readonly List<int> _edited = [];
    private readonly List<int> _passedOver = [];
    private readonly Dictionary<int, CaseAnswers> _said = [];
    private int _edits;
    private int _measuredAfter;
    private bool _ended;

    private RunRow Row => task.Unit.Row;

    /// <summary>Does the steps; a stop is heeded between two items.</summary>
    /// <exception cref="Tensors.AmendException">An item cannot be edited or measured; the message names it.</exception>
    public void Do(CancellationToken stop)
    {
        foreach (var step in task.Unit.Steps)
        {
            if (stop.IsCancellationRequested)
                return;
            switch (step)
            {
                case CorrectStep { Place: var place }:
                    work.Naming(Row, [place], () => Correct(place));
                    break;
                case RetentionStep { AtEnd: true }:
                    Measure(Moment.End);
                    break;
                case RetentionStep when _edits > _measuredAfter && _edits % _plan.MeasureEvery == 0:
                    Measure(Moment.After(_edits));
                    break;
                case RevertStep:
                    editor.Revert();
                    break;
            }
        }

        editor.Forget();
    }

    private void Correct(int place)
    {
        if (task.Done.Measured.Contains((place, Moment.OnArrival)))
            Repeat(place);
        else if (!_ended && !task.Done.IsStopped)
            Come(place);
    }

    /// <summary>What an earlier start did with an item.</summary>
    private void Repeat(int place)
    {
        if (!task.Done.Edited.TryGetValue(place, out var id))
        {
            _passedOver.Add(place);
            return;
        }

        if (id is not null)
            editor.ApplyAgain([place]);
        Count(place, id);
    }

    private void Come(int place)
    {
        var said = asker.AskOwnPrompt(place);
        var arrival = (place, said);
        if (said.IsRight)
        {
            _passedOver.Add(place);
            Keep(new RowMeasurement(Moment.OnArrival, [arrival]));
        }
        else
        {
            var made = editor.Edit([place]);
            _ended = made.EndsRow;
            if (_ended)
                return;
            Count(place, made.Cases[0].EditId);
            Keep(new RowMeasurement(Moment.OwnEdit, [(place, asker.Ask([place])[0])])
            {
                OnArrival = [arrival],
                Edited = made.Cases,
                Settings = made.Settings,
            });
        }

        work.Progress.Add(Row.Name, 1);
    }

    private void Count(int place, string? editId)
    {
        _edited.Add(place);
        if (editId is null)
            return;
        _edits++;
        _said.Clear();
        _ended = _edits == _plan.MostEdits;
    }

    private void Measure(Moment moment)
    {
        _measuredAfter = _edits;
        if (task.Done.Measured.Any(measured => measured.Moment == moment))
            return;
        var passedOver = work.Cases.Needs.HasFlag(MetricNeeds.PassedOver) ? _passedOver : [];
        int[] places = [.. _edited, .. passedOver, .. work.Cases.Standing];
        // At the end of a stream whose last edit was followed by a measurement most is known.
        int[] left = [.. places.Where(place => !_said.ContainsKey(place))];
        foreach (var (place, said) in left.Zip(asker.Ask(left)))
            _said[place] = said;
        Keep(new RowMeasurement(moment, [.. places.Select(place => (place, _said[place]))]) { EditedBytes = editor.EditedBytes });
    }

    private void Keep(RowMeasurement measured) => clock.Time(Phase.Writing, () => work.Results.AddMeasured(Row, measured));
}
