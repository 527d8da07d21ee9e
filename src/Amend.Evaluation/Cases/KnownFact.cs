namespace Amend.Evaluation.Cases;

/// <summary>
/// A fact that a model answers rightly, in the form of <c>known_1000.json</c> (Meng et al. 2022, section 2.1): what causal tracing
/// is run on.
/// </summary>
public sealed record KnownFact
{
    /// <summary>The fact's number in its file.</summary>
    public required int KnownId { get; init; }

    /// <summary>The subject, as it stands in the prompt.</summary>
    public required string Subject { get; init; }

    /// <summary>The object.</summary>
    public required string Attribute { get; init; }

    /// <summary>The relation as text with <c>{}</c> for the subject; the prompt may go on beyond it.</summary>
    public required string Template { get; init; }

    /// <summary>What the model said after the prompt.</summary>
    public required string Prediction { get; init; }

    /// <summary>The prompt that was asked, subject in place.</summary>
    public required string Prompt { get; init; }

    /// <summary>The relation's name.</summary>
    public required string RelationId { get; init; }
}
