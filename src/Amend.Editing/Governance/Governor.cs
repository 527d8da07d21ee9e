using Amend.Models;
using Amend.Models.Scoring;
using Amend.Tensors;

namespace Amend.Editing.Governance;

/// <summary>
/// Watches the writes to a model: how far matrices were moved, what an update was divided by, the perplexity of a fixed text, and
/// whether earlier edits still hold. One edit can collapse a model, and perplexity tells it (Yang et al. 2024, arXiv 2402.09656);
/// sequences decay slowly and then at once (Gupta et al. 2024, arXiv 2401.07453).
/// </summary>
public sealed class Governor
{
    /// <summary>Earlier edits that are asked after a write, at most.</summary>
    private const int Sample = 50;

    private readonly LanguageModel _model;
    private readonly GuardLimits _limits;
    private readonly IReadOnlyList<int>? _text;
    private readonly double? _perplexityBefore;
    private readonly int _seed;
    private readonly List<EditRequest> _past = [];

    /// <summary>Begins to watch a model.</summary>
    /// <param name="model">The model, without any edit: what it says now is what later measures are compared with.</param>
    /// <param name="limits">What is allowed.</param>
    /// <param name="fixedText">The text whose perplexity is measured; null for none.</param>
    /// <param name="seed">Draws the samples of earlier edits.</param>
    /// <exception cref="ArgumentException">The model has edits.</exception>
    /// <exception cref="AmendException">The text has nothing to predict.</exception>
    public Governor(LanguageModel model, GuardLimits limits, string? fixedText, int seed = 0)
    {
        if (model.Applied.Ids is { Count: > 0 } applied)
        {
            throw new ArgumentException(
                $"'{model.Name}' has {applied.Count} edits applied; begin to watch it before the first.", nameof(model));
        }

        if (fixedText is not null && string.IsNullOrWhiteSpace(fixedText))
            throw new AmendException($"The text for the perplexity of '{model.Name}' is empty; give one of some hundred words.");
        (_model, _limits, _seed) = (model, limits, seed);
        _text = fixedText is null ? null : model.Tokenize(fixedText).Ids;
        _perplexityBefore = Perplexity();
    }

    /// <summary>Counts requests among the earlier edits that must hold; one that asks the same takes an earlier one's place.</summary>
    public void Watch(IEnumerable<EditRequest> requests)
    {
        foreach (var request in requests)
        {
            _past.RemoveAll(request.AsksTheSameAs);
            _past.Add(request);
        }
    }

    /// <summary>The same, where no others are to hold.</summary>
    public void WatchOnly(IEnumerable<EditRequest> requests)
    {
        _past.Clear();
        Watch(requests);
    }

    /// <summary>Counts those requests of a write among the earlier edits that must hold whose targets the model gives now.</summary>
    /// <param name="requests">What the write was asked for; it is applied.</param>
    public void Accept(IReadOnlyList<EditRequest> requests)
    {
        _past.RemoveAll(past => requests.Any(past.AsksTheSameAs));
        Watch(requests.Zip(Holds(requests)).Where(asked => asked.Second).Select(asked => asked.First));
    }

    /// <summary>Measures the model after a write; <see cref="GuardMeasures.Breach"/> tells whether it is inside the limits.</summary>
    /// <param name="edits">The write's edits, applied.</param>
    public GuardMeasures Measure(IReadOnlyList<Edit> edits)
    {
        var written = edits.SelectMany(edit => edit.Record.Requests).ToList();
        EditRequest[] past = [.. _past.Where(earlier => !written.Any(earlier.AsksTheSameAs))];
        // A run that goes on after a stop draws what it would have drawn.
        new Random(_seed + _past.Count).Shuffle(past);
        past = past[..Math.Min(past.Length, Sample)];
        return new GuardMeasures
        {
            Limits = _limits,
            Weights = WeightChange.Of(_model, edits),
            Denominator = edits.Min(edit => edit.Record.Denominator),
            Perplexity = Perplexity(),
            PerplexityBefore = _perplexityBefore,
            PastAsked = past.Length,
            PastKept = Holds(past).Count(holds => holds),
        };
    }

    private IEnumerable<bool> Holds(IReadOnlyList<EditRequest> requests) =>
        new TargetScorer(_model)
            .Score([.. requests.Select(request => (request.FilledPrompt, request.TargetNew))])
            .Select(score => score.IsGreedy);

    private double? Perplexity() => _text is null ? null : TextScorer.Perplexity(_model, _text);
}
