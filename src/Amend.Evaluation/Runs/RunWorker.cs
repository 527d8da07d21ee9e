using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Amend.Editing;
using Amend.Editing.Templates;
using Amend.Evaluation.Metrics;
using Amend.Evaluation.Protocols;
using Amend.Models;
using Amend.Tensors;

namespace Amend.Evaluation.Runs;

/// <summary>One model at work: edits and measures units of a run, and proves after each row that the weights are the base's.</summary>
internal sealed class RunWorker
{
    private const int EndChunk = 16;
    private readonly RunPlan _plan;
    private readonly LanguageModel _model;
    private readonly RunDatabase _database;
    private readonly RunCases _cases;
    private readonly ProgressCounter _progress;
    private readonly PhaseClock _clock = new();
    private readonly CaseScorer _scorer;
    private readonly Moment _own;
    private RunRow? _row;
    private RowGuard? _guard;
    private EditContext _context = new();

    /// <summary>Creates a worker.</summary>
    public RunWorker(RunPlan plan, LanguageModel model, RunDatabase database, RunCases cases, ProgressCounter progress)
    {
        (_plan, _model, _database, _cases, _progress) = (plan, model, database, cases, progress);
        _scorer = new CaseScorer(new TimedAnswers(new LiveAnswers(model, plan.Scoring), _clock));
        _own = plan.Protocol.Moments(plan.Protocol.BatchSize(plan.BatchSize))[0];
    }

    /// <summary>Does units until none is left or it is stopped.</summary>
    public void Work(ConcurrentQueue<RunUnit> units, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested && units.TryDequeue(out var unit))
        {
            if (unit.Row != _row)
                Begin(unit.Row);
            Do(unit, stop);
            _database.AddTimes(unit.Row, _clock.Take());
        }

        ProveBase();
    }

    private void Begin(RunRow row)
    {
        ProveBase();
        _row = row;
        _context = row.ContextOf(_plan.Context);
        _guard = _plan.Guard is null || row.IsUnedited ? null : new RowGuard(_plan, row, _model, _database);
    }

    private void Do(RunUnit unit, CancellationToken stop)
    {
        var measured = _database.Measured(unit.Row, _own);
        if (_plan.Protocol.KeepsEdits && _database.Measured(unit.Row, Moment.End).Count == (_guard is { Stopped: true } ? measured.Count : _cases.Count))
            return;
        var kept = KeptEdits.Of(_plan, unit.Row);
        try
        {
            foreach (var batch in unit.Batches.TakeWhile(_ => !stop.IsCancellationRequested))
            {
                if (!measured.Contains(batch[0]) && _guard is { Stopped: true })
                    break;
                if (!measured.Contains(batch[0]))
                    DoBatch(unit.Row, batch, kept);
                else if (_plan.Protocol.KeepsEdits && !unit.Row.IsUnedited)
                    ApplyAgain(batch, kept);
            }

            if (_plan.Protocol.KeepsEdits && !stop.IsCancellationRequested)
                MeasureEnd(unit.Row, kept, stop);
        }
        finally
        {
            _model.Applied.RevertAll();
        }
    }

    private void DoBatch(RunRow row, int[] batch, KeptEdits kept)
    {
        if (_plan.EditorOf(row) is not { } editor)
        {
            Keep(row, batch, null, 0, _database.Unedited(batch, _cases), passes: true);
            return;
        }

        try
        {
            var clock = System.Diagnostics.Stopwatch.StartNew();
            using var edit = _clock.Time(Phase.Editing, () => editor.Apply(_model, [.. batch.SelectMany(place => _cases.Read[place].ToEditRequests())], _context));
            var seconds = clock.Elapsed.TotalSeconds / batch.Length;
            // Templates are sampled from the base model, once for the row: later edits of a sequence use the first one's.
            if (_context.Templates is null && edit.Edits[0].Record.ContextTemplates is { Count: > 0 } templates)
                _context = _context with { Templates = new ContextTemplates(templates) };
            var passes = _guard is null || _clock.Time(Phase.Scoring, () => _guard.Passes(edit.Edits, batch));
            if (!passes)
                _clock.Time(Phase.Editing, edit.Revert);
            if (_guard is { Stopped: true })
                return;
            var said = _scorer.Ask([.. batch.Select(place => _cases.Asked[place])], _cases.Needs);
            if (passes && _plan.Protocol.KeepsEdits)
                kept.Add(batch[0], edit.Edits);
            else if (passes)
                _clock.Time(Phase.Editing, () => Revert(edit, batch));
            Keep(row, batch, edit, seconds, said, passes);
        }
        catch (AmendException e)
        {
            var one = _cases.Read[batch[0]];
            throw new AmendException($"{row.Name}, case {one.Id} ('{(one.Requests.Count > 0 ? one.Requests[0].Text : "")}'){(batch.Length > 1 ? $" or another of its batch of {batch.Length}" : "")}: {e.Message}", e);
        }
    }

    private void Keep(RunRow row, int[] batch, EditResult? edit, double seconds, IReadOnlyList<CaseAnswers> said, bool passes)
    {
        JsonObject? settings = edit?.Edits[0].Record.Settings;
        var cases = batch.Select((place, at) =>
        {
            var one = edit is null ? null : edit.Edits[edit.Edits.Count == batch.Length ? at : 0];
            return new EditedCase(place, passes ? one?.Id : null, passes && (one?.Record.Converged ?? true), seconds, said[at]);
        });
        _clock.Time(Phase.Writing, () => _database.AddEdited(row, _own, cases, settings));
        _progress.Add(row.Name, batch.Length);
    }

    private void Revert(EditResult edit, int[] batch)
    {
        edit.Revert();
        if (_model.Applied.Ids is { Count: > 0 } left)
            throw new InvalidOperationException($"After case {_cases.Read[batch[0]].Id} was taken back, '{_model.Name}' still has {left.Count} edits ({string.Join(", ", left.Take(3))}); the editor '{_row!.Editor}' applies edits that its result does not hold.");
    }

    private void ApplyAgain(int[] batch, KeptEdits kept)
    {
        if (_guard is not null && _guard.TookBack(batch))
            return;
        var requests = new List<EditRequest>();
        foreach (var edit in kept.Of(batch[0]))
        {
            using (edit)
            {
                _context = _context with { Templates = _context.Templates ?? new ContextTemplates(edit.Record.ContextTemplates) };
                _clock.Time(Phase.Editing, () => _model.Applied.Apply(edit.Id, edit.Effects));
                requests.AddRange(edit.Record.Requests);
            }
        }

        _guard?.Count(requests);
    }

    private void MeasureEnd(RunRow row, KeptEdits kept, CancellationToken stop)
    {
        var measured = _database.Measured(row, Moment.End);
        // A row that a guard ended has fewer cases than the run.
        foreach (var chunk in _database.Measured(row, _own).Order().Chunk(EndChunk).Where(chunk => !measured.Contains(chunk[0])))
        {
            if (stop.IsCancellationRequested)
                return;
            var said = row.IsUnedited ? _database.Unedited(chunk, _cases) : _scorer.Ask([.. chunk.Select(place => _cases.Asked[place])], _cases.Needs);
            _clock.Time(Phase.Writing, () => _database.AddAnswers(row, Moment.End, chunk.Zip(said)));
            _progress.Add(row.Name, chunk.Length);
        }

        kept.Delete();
    }

    private void ProveBase()
    {
        if (_row is { IsUnedited: false } row && _model.Decoder.Weights.Hash() is var hash && hash != _model.BaseHash)
            throw new InvalidOperationException($"After the edits with '{row.Name}' were taken back, the weights of '{_model.Name}' have the hash {hash[..12]} instead of the base's {_model.BaseHash[..12]}; the editor changes weights outside its edits, so its figures do not count.");
    }
}
