using Amend.Editing.Checks;
using Amend.Models.Generation;

namespace Amend.Evaluation.Metrics;

/// <summary>How a model is asked.</summary>
public sealed record AskingOptions
{
    /// <summary>Prompts a pass, each with all its targets; 64 by default. It changes no figure beyond rounding.</summary>
    public int BatchSize { get; init; } = 64;

    /// <summary>How long answers and texts are, and how texts are sampled; the defaults by default.</summary>
    public WritingOptions Writing { get; init; } = new();

    /// <summary>The text whose perplexity warns of collapse; null, the default, for none.</summary>
    public string? FixedText { get; init; }

    /// <summary>Facts of no edit, whose loss warns of lost knowledge; none by default.</summary>
    public IReadOnlyList<ProbeFact> Probe { get; init; } = [];
}
