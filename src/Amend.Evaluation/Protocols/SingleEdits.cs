using System.Diagnostics;
using Amend.Editing;
using Amend.Evaluation.Cases;
using Amend.Evaluation.Metrics;
using Amend.Models;
using Amend.Tensors;

namespace Amend.Evaluation.Protocols;

/// <summary>
/// The protocol of CounterFact's table (Meng et al. 2022, section 3.4): each case is edited alone on the base model, measured
/// before and after, and taken back. After each case the model has no edit, and at the end its weights are the base's bit
/// for bit.
/// </summary>
public sealed class SingleEdits
{
    private readonly LanguageModel _model;
    private readonly IEditor? _editor;
    private readonly EditContext _context;
    private readonly MetricNeeds _needs;
    private readonly CaseScorer _scorer;

    /// <summary>Creates the protocol.</summary>
    /// <param name="model">The model, without edits.</param>
    /// <param name="editor">The method; null for the unedited model, the baseline.</param>
    /// <param name="context">Its settings, seed and statistics, the same for each case.</param>
    /// <param name="metrics">What will be asked of the result; nothing else is measured.</param>
    /// <exception cref="AmendException">The model has edits applied.</exception>
    public SingleEdits(LanguageModel model, IEditor? editor, EditContext context, IEnumerable<IMetric> metrics)
    {
        if (model.Deltas.Ids.Count > 0)
            throw new AmendException($"'{model.Name}' has {model.Deltas.Ids.Count} edits applied ({string.Join(", ", model.Deltas.Ids.Take(3))}); revert them, because single edits start from the base model.");
        _model = model;
        _editor = editor;
        _context = context;
        _needs = CaseScorer.NeedsOf(metrics);
        _scorer = new CaseScorer(model);
    }

    /// <summary>Edits and measures the cases one at a time.</summary>
    /// <param name="cases">The cases.</param>
    /// <param name="progress">Told each case's result.</param>
    /// <param name="stop">Ends the run after the present case; the result holds the cases until then.</param>
    /// <exception cref="AmendException">A case cannot be edited or measured; the message names it, and the model has no edit.</exception>
    /// <exception cref="InvalidOperationException">The editor left something behind in the model.</exception>
    public SingleEditsResult Run(IEnumerable<EditCase> cases, IProgress<CaseResult>? progress = null, CancellationToken stop = default)
    {
        var done = new List<CaseResult>();
        var finished = true;
        foreach (var one in cases)
        {
            if (stop.IsCancellationRequested)
            {
                finished = false;
                break;
            }

            done.Add(RunOne(one));
            progress?.Report(done[^1]);
        }

        if (_model.Decoder.Weights.Hash() is var hash && hash != _model.BaseHash)
            throw new InvalidOperationException($"After {done.Count} edits with '{_editor?.Name}' the weights of '{_model.Name}' have the hash {hash[..12]} instead of the base's {_model.BaseHash[..12]}; the editor changes weights outside its edits, so its figures do not count.");
        return new SingleEditsResult(done, finished);
    }

    private CaseResult RunOne(EditCase one)
    {
        try
        {
            var asked = MetricCase.Of(one);
            var before = _scorer.Ask(asked, _needs);
            if (_editor is null)
                return Result(one.Id, null, true, 0, asked, before, before);
            var clock = Stopwatch.StartNew();
            using var edit = _editor.Apply(_model, one.ToEditRequests(), _context);
            var seconds = clock.Elapsed.TotalSeconds;
            return Result(one.Id, edit.Edits[0].Id, edit.Converged, seconds, asked, before, MeasureAndRevert(asked, edit));
        }
        catch (AmendException e)
        {
            throw new AmendException($"Case {one.Id} ('{(one.Requests.Count > 0 ? one.Requests[0].Text : "")}'): {e.Message}", e);
        }
    }

    private static CaseResult Result(string id, string? edit, bool converged, double seconds, MetricCase asked, CaseAnswers before, CaseAnswers now) =>
        new(id, edit, converged, seconds, asked, before, new Dictionary<Moment, CaseAnswers> { [Moment.OwnEdit] = now });

    private CaseAnswers MeasureAndRevert(MetricCase asked, EditResult edit)
    {
        CaseAnswers after;
        try
        {
            after = _scorer.Ask(asked, _needs);
        }
        finally
        {
            edit.Revert();
        }

        return _model.Deltas.Ids is { Count: > 0 } left
            ? throw new InvalidOperationException($"After case {asked.Id} was taken back, '{_model.Name}' still has {left.Count} edits ({string.Join(", ", left.Take(3))}); the editor '{_editor!.Name}' applies edits that its result does not hold.")
            : after;
    }
}
