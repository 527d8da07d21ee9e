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
