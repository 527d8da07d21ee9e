namespace Amend.Evaluation.Cases;

/// <summary>One test of an edit's ripple effects (Cohen et al. 2023, RippleEdits).</summary>
/// <param name="Axis">One of the six axes, such as <c>Compositionality_I</c>.</param>
/// <param name="Queries">What is asked after the edit, at least one.</param>
public sealed record RippleTest(string Axis, IReadOnlyList<CasePrompt> Queries)
{
    /// <summary>Whether all queries must be answered (<c>AND</c>) instead of one of them (<c>OR</c>).</summary>
    public bool All { get; init; }

    /// <summary>What the model must answer before the edit for the test to count.</summary>
    public IReadOnlyList<CasePrompt> Conditions { get; init; } = [];
}
