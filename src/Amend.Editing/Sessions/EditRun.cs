using Amend.Editing.Governance;
using Amend.Editing.Stores;
using Amend.Editing.Templates;
using Amend.Editing.Workbench;
using Amend.Tensors;

namespace Amend.Editing.Sessions;

/// <summary>One order of a session while it is worked off, in writes that are each kept in one step.</summary>
internal sealed class EditRun
{
    /// <summary>Whole targets at least so likely are the greedy answer, so that an earlier edit took.</summary>
    private const double Took = 0.5;

    private readonly EditSession _session;
    private readonly EditOrder _order;
    private readonly IProgress<SessionEvent>? _progress;
    private readonly IReadOnlyList<IReadOnlyList<EditRequest>> _units;
    private readonly List<KeptEdit> _kept = [];
    private readonly List<SupersededEdit> _superseded = [];
    private EditContext _context;
    private OrderCheck? _check;

    /// <summary>Begins an order.</summary>
    /// <exception cref="AmendException">The editor cannot do what is asked.</exception>
    public EditRun(EditSession session, EditOrder order, IProgress<SessionEvent>? progress)
    {
        (_session, _order, _progress) = (session, order, progress);
        _context = order.Context with
        {
            InTurn = order.Policy.InTurn,
            EvenIfAnswered = order.Policy.Anyway,
            Statistics = session.StatisticsFor(order.Context),
        };
        RequestChecks.Validate(session.Model, order.Editor, order.Requests, _context);
        _units = order.Editor.Info.Batch ? [order.Requests] : [.. order.Requests.Select(request => (EditRequest[])[request])];
    }

    /// <summary>Whether each unit is kept as it is made: where a guard judges, it judges the whole.</summary>
    private bool KeepsUnits => _units.Count > 1 && _session.Guard is null;

    /// <summary>Makes and keeps all edits.</summary>
    public EditOutcome Run()
    {
        EditOutcome? outcome = null;
        foreach (var units in _units.Chunk(KeepsUnits ? 1 : _units.Count))
        {
            using var made = MakeAndKeep(units);
            outcome = new EditOutcome(_session.Model.Name, _kept, _superseded, made.Check!) { Answers = made.Answers };
        }

        return outcome!;
    }

    /// <summary>Makes all edits and tries them; the model has them afterwards.</summary>
    public EditPreview Try()
    {
        var made = Make(_units);
        try
        {
            _check!.Complete(made);
            return made;
        }
        catch
        {
            TakeBack(made);
            throw;
        }
    }

    /// <summary>Makes edits and keeps them; where another writer was faster, once more, while no other can write.</summary>
    private EditPreview MakeAndKeep(IReadOnlyList<IReadOnlyList<EditRequest>> units)
    {
        try
        {
            return MakeAndKeep(units, held: null);
        }
        catch (StaleEditException e)
        {
            _progress?.Report(new EditRepeated(e.Message));
            using var held = _session.Hold(_context.Stop);
            if (_kept.Count == 0)
                _check = null;
            return MakeAndKeep(units, held);
        }
    }

    private EditPreview MakeAndKeep(IReadOnlyList<IReadOnlyList<EditRequest>> units, IDisposable? held)
    {
        var made = Make(units);
        try
        {
            if (made.Breach is { } breach)
                throw new GuardException(breach);
            if (units[^1] == _units[^1])
                _check!.Complete(made);
            var kept = _session.Keep(made, held, _context.Stop);
            _superseded.AddRange(made.Superseded);
            foreach (var edit in kept)
            {
                _kept.Add(edit);
                _progress?.Report(new EditKept(edit, _kept.Count, _units.Count));
            }

            return made;
        }
        catch
        {
            TakeBack(made);
            throw;
        }
    }

    /// <summary>Makes edits on top of those that are applied now, and has the guard measure them; the model has them afterwards.</summary>
    private EditPreview Make(IReadOnlyList<IReadOnlyList<EditRequest>> units)
    {
        var onto = _session.Refresh();
        var (edits, below) = (new List<Edit>(), new List<SupersededEdit>());
        try
        {
            var superseded = SupersededEdits.Find(_session.Store, _order.Requests);
            if (_order.Policy.Replace)
                superseded.RefuseShared();
            _check ??= Check(superseded, onto);
            foreach (var unit in units)
                edits.AddRange(Make(unit, superseded, below));
            return new EditPreview(edits, onto, [.. below.Distinct()]) { Guard = Measure(edits, onto) };
        }
        catch
        {
            edits.ForEach(edit => edit.Dispose());
            _session.Bring(onto);
            throw;
        }
    }

    private IReadOnlyList<Edit> Make(IReadOnlyList<EditRequest> unit, SupersededEdits superseded, List<SupersededEdit> below)
    {
        string[] ids = [.. superseded.IdsFor(unit)];
        if (_order.Policy.Replace)
            Revert(ids);
        var edits = _order.Editor.Apply(_session.Model, unit, _context with { Supersedes = ids }).Edits;
        if (edits.Count == 0)
        {
            throw new AmendException(
                $"The editor {_order.Editor.Name} makes no edit of '{_session.Model.Name}', so there is nothing to keep; "
                + "name one that does, such as rome.");
        }

        below.AddRange(superseded.Describe(ids, _order.Policy.Replace));
        if (_units.Count > 1 && edits[0].Record.ContextTemplates is { Count: > 0 } templates)
            _context = _context with { Templates = _context.Templates ?? new ContextTemplates(templates) };
        return edits;
    }

    /// <summary>Asks the model before anything is made, without the edits that are to be replaced.</summary>
    private OrderCheck Check(SupersededEdits superseded, IReadOnlyList<string> onto)
    {
        if (_order.Policy.Replace)
            Revert(superseded.Ids);
        var check = OrderCheck.Before(_session.Model, _order);
        if (_units.Count > 1 && !_order.Policy.Anyway)
            check.RefuseAnswered(_session.Model.Name);
        if (KeepsUnits)
            _session.Bring(onto);
        return check;
    }

    private void Revert(IEnumerable<string> ids) =>
        _session.Model.Applied.Revert([.. ids.Where(_session.Model.Applied.Contains)]);

    /// <summary>What the guard finds; earlier edits are those that the model has, whatever another writer has kept meanwhile.</summary>
    private GuardMeasures? Measure(IReadOnlyList<Edit> edits, IReadOnlyList<string> onto)
    {
        if (_session.Guard is not { } guard)
            return null;
        var earlier = onto.Where(_session.Model.Applied.Contains)
            .Select(_session.Store.RecordOf)
            .Where(record => record.ProbabilityAfter >= Took);
        guard.WatchOnly(earlier.SelectMany(record => record.Requests));
        return guard.Measure(edits);
    }

    private void TakeBack(EditPreview made)
    {
        _session.Bring(made.Onto);
        made.Dispose();
    }
}
