using System.Diagnostics;
using Amend.Models;
using Amend.Models.Effects;
using Amend.Models.Scoring;
using Amend.Tensors.LinearAlgebra;

namespace Amend.Editing.Editors;

/// <summary>
/// An edit in the making: begun before the method looks at the model, so that its record has the time and the probability from
/// before, and finished with the changes that the method found.
/// </summary>
internal sealed class EditDraft
{
    private readonly LanguageModel _model;
    private readonly string _editor;
    private readonly IReadOnlyList<EditRequest> _requests;
    private readonly EditContext _context;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly double _before;

    /// <summary>Begins an edit.</summary>
    /// <param name="model">The model, with the edits that it already has.</param>
    /// <param name="editor">The editor's name.</param>
    /// <param name="requests">What is changed together, at least one request.</param>
    /// <param name="context">What the editor was given.</param>
    public EditDraft(LanguageModel model, string editor, IReadOnlyList<EditRequest> requests, EditContext context)
    {
        (_model, _editor, _requests, _context) = (model, editor, requests, context);
        _before = Probability();
    }

    /// <summary>Applies the changes as an edit with its record.</summary>
    /// <param name="deltas">The change of each weight; the edit owns them, and a failure disposes them.</param>
    /// <param name="making">How they were found.</param>
    /// <returns>The applied edit; the caller disposes it.</returns>
    public Edit Apply(IReadOnlyDictionary<string, IWeightDelta> deltas, EditMaking making)
    {
        try
        {
            deltas = making.Post.Update(_model, deltas);
            var record = new EditRecord
            {
                Request = _requests[0],
                TogetherWith = [.. _requests.Skip(1)],
                Editor = _editor,
                Settings = making.Settings,
                Layer = making.Layer,
                Statistics = making.Statistics,
                Seed = making.Seed,
                ContextTemplates = making.Templates,
                Model = _model.Name,
                ModelType = _model.ModelType,
                BaseWeightsHash = _model.BaseHash,
                AppliedBefore = _model.Applied.Ids,
                Losses = making.Losses,
                Converged = making.Converged,
                ProbabilityBefore = _before,
                ProbabilityAfter = DeltaTrial.Measure(_model, deltas, Probability),
                Denominator = making.Denominator,
                Supersedes = _context.Supersedes is { Count: > 0 } below ? below : null,
                DeltaNorm = Math.Sqrt(deltas.Values.Sum(delta => Math.Pow(delta.FrobeniusNorm(), 2))),
                Seconds = _clock.Elapsed.TotalSeconds,
                Version = LibraryVersion.Current,
                Time = DateTimeOffset.UtcNow,
            };
            var edit = new Edit(record, WeightEffect.Of(deltas));
            _model.Applied.Apply(edit.Id, edit.Effects);
            return edit;
        }
        catch
        {
            foreach (var delta in deltas.Values)
                delta.Dispose();
            throw;
        }
    }

    private double Probability() =>
        new TargetScorer(_model).Score([.. _requests.Select(request => (request.FilledPrompt, request.TargetNew))]).Average(score => score.Probability);
}
