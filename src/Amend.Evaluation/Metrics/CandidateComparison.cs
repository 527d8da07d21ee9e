namespace Amend.Evaluation.Metrics;

/// <summary>
/// CounterFact's two figures of one prompt (Meng et al. 2022, section 3.4; kmeng01/rome, <c>experiments/summarize.py</c>): the
/// wanted candidate against its rival, by mean negative log-probability a token, teacher-forced. Wanted is o* on rewrite and
/// paraphrase prompts, and o on neighborhood prompts.
/// </summary>
public static class CandidateComparison
{
    /// <summary>Success: 1 where NLL(wanted) &lt; NLL(rival), else 0, also for a tie; higher is better.</summary>
    public static double Success(double wantedNll, double rivalNll) => wantedNll < rivalNll ? 1 : 0;

    /// <summary>Magnitude: exp(-NLL(wanted)) - exp(-NLL(rival)), from -1 to 1; higher is better.</summary>
    public static double Magnitude(double wantedNll, double rivalNll) => Math.Exp(-wantedNll) - Math.Exp(-rivalNll);
}
