using Amend.Evaluation.Orders;
using Amend.Tracing.Results;
using Amend.Tracing.Studies;

namespace Amend.Cli.Documents;

/// <summary>What <c>amend trace --json</c> prints: what was asked of the three, the others are null.</summary>
internal sealed record TraceDocument
{
    /// <summary>A fact's trace.</summary>
    public FactTrace? Trace { get; init; }

    /// <summary>The averages over the facts of a file.</summary>
    public StudySummary? Study { get; init; }

    /// <summary>A layer that was chosen by edits at every layer.</summary>
    public SweepDocument? Sweep { get; init; }
}

/// <summary>A layer that was chosen by edits at every layer.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Suite">The suite whose cases were edited.</param>
/// <param name="Scores">The editor, the scores of all layers, and the best layer.</param>
/// <param name="Explanation">Why this layer, in one sentence.</param>
/// <param name="Kept">The file that keeps the choice.</param>
internal sealed record SweepDocument(string Model, string Suite, LayerSweep Scores, string Explanation, string Kept);
