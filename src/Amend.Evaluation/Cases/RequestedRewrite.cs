namespace Amend.Evaluation.Cases;

/// <summary>The fact that a CounterFact record asks to change.</summary>
public sealed record RequestedRewrite
{
    /// <summary>The relation as text with exactly one <c>{}</c> for the subject; the object follows.</summary>
    public required string Prompt { get; init; }

    /// <summary>The relation's name, such as <c>P30</c>.</summary>
    public required string RelationId { get; init; }

    /// <summary>The object that the model should give, o*.</summary>
    public required CounterFactTarget TargetNew { get; init; }

    /// <summary>The object that is true, o.</summary>
    public required CounterFactTarget TargetTrue { get; init; }

    /// <summary>The subject, as it stands in the prompt.</summary>
    public required string Subject { get; init; }
}
