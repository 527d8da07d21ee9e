using Amend.Evaluation.Cases;
using Amend.Models;
using Amend.Models.Scoring;

namespace Amend.Evaluation.Metrics;

/// <summary>
/// Measures CounterFact records on a model as it is now: the mean negative log-probability of <c>target_new</c> and
/// <c>target_true</c> after each rewrite, paraphrase and neighborhood prompt, teacher-forced
/// (kmeng01/rome, <c>eval_utils_counterfact.py</c>).
/// </summary>
public sealed class CounterFactScorer
{
    private readonly TargetScorer _scorer;

    /// <summary>Creates a scorer.</summary>
    /// <param name="model">The model to ask, with the edits that it has at each measurement.</param>
    public CounterFactScorer(LanguageModel model) => _scorer = new TargetScorer(model);

    /// <summary>Measures a record.</summary>
    /// <exception cref="Tensors.AmendException">A prompt or target is empty, or exceeds the model's context.</exception>
    public CounterFactMeasurement Measure(CounterFactRecord record)
    {
        var rewrite = record.RequestedRewrite;
        string[] prompts = [record.ToRequest().FilledPrompt, .. record.ParaphrasePrompts, .. record.NeighborhoodPrompts];
        var scores = _scorer.Score([.. prompts.SelectMany(p => new[] { (p, rewrite.TargetNew.Str), (p, rewrite.TargetTrue.Str) })]);
        var pairs = prompts.Select((_, i) => new NllPair(scores[2 * i].MeanNll, scores[2 * i + 1].MeanNll)).ToArray();
        var paraphrasesEnd = 1 + record.ParaphrasePrompts.Count;
        return new CounterFactMeasurement(pairs[0], pairs[1..paraphrasesEnd], pairs[paraphrasesEnd..]);
    }
}
