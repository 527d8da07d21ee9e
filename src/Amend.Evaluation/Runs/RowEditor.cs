using System.Diagnostics;
using System.Text.Json.Nodes;
using Amend.Editing;
using Amend.Editing.Editors;
using Amend.Editing.Templates;
using Amend.Models;

namespace Amend.Evaluation.Runs;

/// <summary>
/// A row's editor at work on one model: makes edits, has them judged by the guard, and takes them back. Context templates are
/// sampled from the base model once for the row: later edits use the first one's.
/// </summary>
internal sealed class RowEditor
{
    private readonly RunWork _work;
    private readonly LanguageModel _model;
    private readonly PhaseClock _clock;
    private readonly IEditor _editor;
    private readonly List<string> _applied = [];
    private readonly EditedSize _size;
    private EditContext _context;
    private RowGuard? _guard;
    private IKeptEdits? _kept;

    /// <summary>Creates the editor of a row.</summary>
    public RowEditor(RunWork work, RunRow row, LanguageModel model, PhaseClock clock)
    {
        (_work, Row, _model, _clock) = (work, row, model, clock);
        _editor = work.Plan.EditorOf(row);
        _context = row.ContextOf(work.Plan.Context) with { Replay = work.Cases.Replay };
        _size = new EditedSize(model);
    }

    /// <summary>The row.</summary>
    public RunRow Row { get; }

    /// <summary>Bytes of the weights that the applied edits change, each once, and of their adaptors.</summary>
    public long EditedBytes => _size.Bytes;

    /// <summary>Begins a unit, on the base model.</summary>
    public void Begin(RunUnit unit)
    {
        _applied.Clear();
        _size.Clear();
        _kept = unit.KeepsEdits ? KeptEdits.Of(_work.Plan, unit) : null;
        if (unit.KeepsEdits || _guard is null)
            _guard = _work.Plan.Guard is null ? null : new RowGuard(_work, Row, _model, counts: unit.KeepsEdits);
    }

    /// <summary>Edits cases, together where the editor can; a write outside the guard's limits is taken back.</summary>
    /// <exception cref="Tensors.AmendException">The cases cannot be edited.</exception>
    public MadeEdits Edit(IReadOnlyList<int> places)
    {
        // The unedited model is asked for facts, too, that name no new object.
        EditRequest[] requests = _editor is NoEdit ? [] : [.. places.SelectMany(place => _work.Cases.Read[place].ToEditRequests())];
        var clock = Stopwatch.StartNew();
        using var made = _clock.Time(Phase.Editing, () => _editor.Apply(_model, requests, _context));
        var seconds = clock.Elapsed.TotalSeconds / places.Count;
        UseTemplates(made.Edits);
        var passes = _guard is null || _clock.Time(Phase.Scoring, () => _guard.Passes(made.Edits, places[0]));
        if (passes)
            Keep(made.Edits, places[0]);
        else
            _clock.Time(Phase.Editing, made.Revert);
        var first = made.Edits is [var edit, ..] ? edit : null;
        return new MadeEdits(
            [.. places.Select((place, at) => Case(place, made.Edits.Count == places.Count ? made.Edits[at] : first, passes, seconds))],
            first?.Record.Settings,
            EndsRow: _guard is { Stopped: true });
    }

    /// <summary>Applies the edits of cases that an earlier start made.</summary>
    /// <exception cref="Tensors.AmendException">They were not kept.</exception>
    public void ApplyAgain(IReadOnlyList<int> places)
    {
        var requests = new List<EditRequest>();
        foreach (var edit in _kept!.Read(places[0]))
        {
            using (edit)
            {
                UseTemplates([edit]);
                _clock.Time(Phase.Editing, () => _model.Applied.Apply(edit.Id, edit.Effects));
                _applied.Add(edit.Id);
                _size.Add(edit);
                requests.AddRange(edit.Record.Requests);
            }
        }

        _guard?.Count(requests);
    }

    /// <summary>Takes back what is applied.</summary>
    /// <exception cref="InvalidOperationException">The model has an edit that no result of the editor held.</exception>
    public void Revert()
    {
        _clock.Time(Phase.Editing, () => _model.Applied.Revert(_applied));
        _applied.Clear();
        if (_model.Applied.Ids is { Count: > 0 } left)
            throw new InvalidOperationException(
                $"After the edits with '{Row.Name}' were taken back, '{_model.Name}' still has {left.Count} "
                + $"({string.Join(", ", left.Take(3))}); the editor '{Row.Editor}' applies edits that its result does not hold.");
    }

    /// <summary>Deletes what was kept for a unit that is done.</summary>
    public void Forget() => _kept?.Delete();

    /// <summary>Proves that the weights are the base's.</summary>
    /// <exception cref="InvalidOperationException">They are not.</exception>
    public void ProveBase()
    {
        if (_model.Weights.Hash() is var hash && hash != _model.BaseHash)
            throw new InvalidOperationException(
                $"After the edits with '{Row.Name}' were taken back, the weights of '{_model.Name}' have the hash {hash[..12]} "
                + $"instead of the base's {_model.BaseHash[..12]}; "
                + "the editor changes weights outside its edits, so its figures do not count.");
    }

    private static EditedCase Case(int place, Edit? edit, bool stays, double seconds) =>
        new(place, stays ? edit?.Id : null, stays && edit is not { Record.Converged: false }, seconds);

    private void UseTemplates(IReadOnlyList<Edit> edits)
    {
        if (_context.Templates is null && edits is [{ Record.ContextTemplates: { Count: > 0 } templates }, ..])
            _context = _context with { Templates = new ContextTemplates(templates) };
    }

    private void Keep(IReadOnlyList<Edit> edits, int first)
    {
        foreach (var edit in edits)
        {
            _applied.Add(edit.Id);
            _size.Add(edit);
        }

        if (edits.Count > 0)
            _kept?.Add(first, edits);
    }
}

/// <summary>Cases that were just edited.</summary>
/// <param name="Cases">The cases with their edits.</param>
/// <param name="Settings">Every setting of the editor, as it was used; null where it made no edit.</param>
/// <param name="EndsRow">Whether a guard took them back and ended the row, so that they do not count.</param>
internal sealed record MadeEdits(IReadOnlyList<EditedCase> Cases, JsonObject? Settings, bool EndsRow);
