namespace Amend.Evaluation.Cases;

/// <summary>One fact of a chain (MQuAKE, Zhong et al. 2023).</summary>
/// <param name="Question">The fact as a question.</param>
/// <param name="Answer">Its answer.</param>
public sealed record HopQuestion(string Question, CaseAnswer Answer)
{
    /// <summary>The fact as a prompt that the answer follows, where there is one.</summary>
    public string? Cloze { get; init; }
}
