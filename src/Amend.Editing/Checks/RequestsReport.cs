namespace Amend.Editing.Checks;

/// <summary>What the edits of many requests did, after all of them.</summary>
/// <param name="Requests">Each request's outcome, in their order.</param>
public sealed record RequestsReport(IReadOnlyList<RequestOutcome> Requests)
{
    /// <summary>How many prompts gave the new object before.</summary>
    public int GivenBefore => Requests.Count(request => request.GaveTarget);

    /// <summary>How many prompts give it after.</summary>
    public int Given => Requests.Count(request => request.GivesTarget);

    /// <summary>How many paraphrases all requests have.</summary>
    public int Paraphrases => Requests.Sum(request => request.Paraphrases);

    /// <summary>How many of them give the new object after.</summary>
    public int ParaphrasesGiven => Requests.Sum(request => request.ParaphrasesGiven);
}

/// <summary>What the edit of one request among many did.</summary>
/// <param name="Prompt">The edited prompt.</param>
/// <param name="Target">The new object.</param>
/// <param name="ProbabilityBefore">Probability of the new object before, 0 to 1.</param>
/// <param name="ProbabilityAfter">Probability of the new object after, 0 to 1.</param>
/// <param name="GaveTarget">Whether greedy decoding gave the new object before.</param>
/// <param name="GivesTarget">Whether greedy decoding gives the new object after.</param>
/// <param name="Paraphrases">How many paraphrases the request has.</param>
/// <param name="ParaphrasesGiven">At how many of them greedy decoding gives the new object after.</param>
public sealed record RequestOutcome(
    string Prompt,
    string Target,
    double ProbabilityBefore,
    double ProbabilityAfter,
    bool GaveTarget,
    bool GivesTarget,
    int Paraphrases,
    int ParaphrasesGiven);
