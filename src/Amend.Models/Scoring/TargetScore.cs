namespace Amend.Models.Scoring;

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
