using System.Diagnostics;
using Amend.Editing;
using Amend.Evaluation.Cases;
using Amend.Evaluation.Metrics;
using Amend.Models;
using Amend.Tensors;

namespace Amend.Evaluation.Protocols;

/// <summary>
/// The protocol of CounterFact's table (Meng et al. 2022, section 3.4): each record is edited alone on the base model, measured
/// before and after, and taken back. After each record the model has no edit, and at the end its weights are the base's bit
/// for bit.
/// </summary>
public sealed class SingleEdits
{
    private readonly LanguageModel _model;
    private readonly IEditor _editor;
    private readonly EditContext _context;
    private readonly CounterFactScorer _scorer;

    /// <summary>Creates the protocol.</summary>
    /// <param name="model">The model, without edits.</param>
    /// <param name="editor">The method.</param>
    /// <param name="context">Its settings, seed and statistics, the same for each record.</param>
    /// <exception cref="AmendException">The model has edits applied.</exception>
    public SingleEdits(LanguageModel model, IEditor editor, EditContext context)
    {
        if (model.Deltas.Ids.Count > 0)
            throw new AmendException($"'{model.Name}' has {model.Deltas.Ids.Count} edits applied ({string.Join(", ", model.Deltas.Ids.Take(3))}); revert them, because single edits start from the base model.");
        _model = model;
        _editor = editor;
        _context = context;
        _scorer = new CounterFactScorer(model);
    }

    /// <summary>Edits and measures the records one at a time.</summary>
    /// <param name="records">The records.</param>
    /// <param name="progress">Told each record's result.</param>
    /// <param name="stop">Ends the run after the present record; the result holds the records until then.</param>
    /// <exception cref="AmendException">A record cannot be edited or measured; the message names it, and the model has no edit.</exception>
    /// <exception cref="InvalidOperationException">The editor left something behind in the model.</exception>
    public SingleEditsResult Run(IEnumerable<CounterFactRecord> records, IProgress<SingleEditCase>? progress = null, CancellationToken stop = default)
    {
        var cases = new List<SingleEditCase>();
        var finished = true;
        foreach (var record in records)
        {
            if (stop.IsCancellationRequested)
            {
                finished = false;
                break;
            }

            cases.Add(RunOne(record));
            progress?.Report(cases[^1]);
        }

        if (_model.Decoder.Weights.Hash() is var hash && hash != _model.BaseHash)
            throw new InvalidOperationException($"After {cases.Count} edits with '{_editor.Name}' the weights of '{_model.Name}' have the hash {hash[..12]} instead of the base's {_model.BaseHash[..12]}; the editor changes weights outside its edits, so its figures do not count.");
        return new SingleEditsResult(cases, finished);
    }

    private SingleEditCase RunOne(CounterFactRecord record)
    {
        try
        {
            var before = _scorer.Measure(record);
            var clock = Stopwatch.StartNew();
            using var edit = _editor.Apply(_model, [record.ToRequest()], _context);
            var seconds = clock.Elapsed.TotalSeconds;
            var after = MeasureAndRevert(record, edit);
            return new SingleEditCase(record.CaseId, edit.Edits[0].Id, edit.Converged, seconds, before, after);
        }
        catch (AmendException e)
        {
            throw new AmendException($"Case {record.CaseId} ('{record.ToRequest().FilledPrompt}'): {e.Message}", e);
        }
    }

    private CounterFactMeasurement MeasureAndRevert(CounterFactRecord record, EditResult edit)
    {
        CounterFactMeasurement after;
        try
        {
            after = _scorer.Measure(record);
        }
        finally
        {
            edit.Revert();
        }

        return _model.Deltas.Ids is { Count: > 0 } left
            ? throw new InvalidOperationException($"After case {record.CaseId} was taken back, '{_model.Name}' still has {left.Count} edits ({string.Join(", ", left.Take(3))}); the editor '{_editor.Name}' applies edits that its result does not hold.")
            : after;
    }
}
