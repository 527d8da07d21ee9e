using Amend.Editing.Checks;
using Amend.Models;
using Amend.Models.Generation;

namespace Amend.Shipping.Gates;

/// <summary>What a check asks beside the questions of the edits' records, and how.</summary>
public sealed record CheckOptions
{
    /// <summary>The text whose perplexity is measured with and without the edits; null, the default, for none.</summary>
    public string? FixedText { get; init; }

    /// <summary>
    /// Facts and abilities of the model without edits; those that it has then should stay, and those about edited subjects are left out.
    /// None by default.
    /// </summary>
    public IReadOnlyList<ProbeFact> Probe { get; init; } = [];

    /// <summary>How long answers are; 20 tokens, and 32 in chat, by default.</summary>
    public WritingOptions Writing { get; init; } = new();

    /// <summary>Device and type of the model; the defaults of <see cref="LoadOptions"/> by default.</summary>
    public LoadOptions Load { get; init; } = new();
}
