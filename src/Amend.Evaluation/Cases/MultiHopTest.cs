namespace Amend.Evaluation.Cases;

/// <summary>Questions over a chain of facts, some of which the case edits (MQuAKE, Zhong et al. 2023, section 3).</summary>
public sealed record MultiHopTest
{
    /// <summary>The same question in several wordings; one right answer counts.</summary>
    public required IReadOnlyList<string> Questions { get; init; }

    /// <summary>The answer before the edits.</summary>
    public required CaseAnswer Answer { get; init; }

    /// <summary>The answer after them.</summary>
    public required CaseAnswer NewAnswer { get; init; }

    /// <summary>The chain before the edits.</summary>
    public IReadOnlyList<HopQuestion> Hops { get; init; } = [];

    /// <summary>The chain after them.</summary>
    public IReadOnlyList<HopQuestion> NewHops { get; init; } = [];
}
