namespace Amend.Models.Scoring;

/// <summary>What a model says at the places of a target's tokens, teacher-forced: every place sees the true tokens before it.</summary>
/// <param name="Score">How likely the target is.</param>
/// <param name="TargetIds">The target's token ids, N.</param>
/// <param name="LikeliestIds">The likeliest token id at each place of the target, N.</param>
public sealed record TargetAnswer(TargetScore Score, IReadOnlyList<int> TargetIds, IReadOnlyList<int> LikeliestIds)
{
    /// <summary>A classifier's logits of all its labels, C; null, the default, for models that write.</summary>
    public IReadOnlyList<float>? LabelLogits { get; init; }

    /// <summary>The id of the label that a classifier predicts; null for models that write.</summary>
    public int? Label => LabelLogits is null ? null : LikeliestIds[0];

    /// <summary>The answer from figures of each token.</summary>
    /// <param name="targets">The target's token ids, N.</param>
    /// <param name="logProbabilities">Their log-probabilities, in nats, N.</param>
    /// <param name="likeliest">The likeliest token ids at their places, N.</param>
    internal static TargetAnswer Of(IReadOnlyList<int> targets, IReadOnlyList<float> logProbabilities, IReadOnlyList<long> likeliest)
    {
        int[] found = [.. likeliest.Select(id => (int)id)];
        var score = new TargetScore(logProbabilities.Sum(p => (double)p), targets.Count, targets.SequenceEqual(found));
        return new TargetAnswer(score, targets, found);
    }

    /// <summary>Whether each target token is the likeliest at its place, N.</summary>
    public IEnumerable<bool> Hits => TargetIds.Zip(LikeliestIds, (target, likeliest) => target == likeliest);
}

/// <summary>How likely a target is after a prompt, teacher-forced.</summary>
/// <param name="LogProbability">Sum of the target tokens' log-probabilities, in nats.</param>
/// <param name="Tokens">The number of target tokens.</param>
/// <param name="IsGreedy">Whether every target token is the likeliest at its place, so that greedy decoding gives the target.</param>
public readonly record struct TargetScore(double LogProbability, int Tokens, bool IsGreedy)
{
    /// <summary>Probability of the whole target.</summary>
    public double Probability => Math.Exp(LogProbability);

    /// <summary>Mean negative log-probability of a token, in nats: what CounterFact's metrics compare.</summary>
    public double MeanNll => -LogProbability / Tokens;
}
