using Amend.Evaluation.Cases;
using Amend.Models.Generation;

namespace Amend.Evaluation.Metrics;

/// <summary>How a model is asked.</summary>
public sealed record AskingOptions
{
    /// <summary>Prompts a pass, each with all its targets; 64 by default. It changes no figure beyond rounding.</summary>
    public int BatchSize { get; init; } = 64;

    /// <summary>Most new tokens of a greedy answer; 20 by default.</summary>
    public int AnswerTokens { get; init; } = 20;

    /// <summary>Most new tokens of an answer through the chat template, which is mostly a whole sentence; 32 by default.</summary>
    public int ChatTokens { get; init; } = 32;

    /// <summary>Tokens of a sampled text, its opening included; 100 by default, as kmeng01/rome.</summary>
    public int TextTokens { get; init; } = 100;

    /// <summary>The sampling of texts: top-k 5 and no stop at the end of text by default, as kmeng01/rome; its length is ignored.</summary>
    public GenerationOptions Sampling { get; init; } = new() { TopK = 5, StopAtEndOfText = false };

    /// <summary>The text whose perplexity warns of collapse; null, the default, for none.</summary>
    public string? FixedText { get; init; }

    /// <summary>Facts of no edit, whose loss warns of lost knowledge; none by default.</summary>
    public IReadOnlyList<ProbeFact> Probe { get; init; } = [];
}

/// <summary>A fact that is asked for whatever is edited.</summary>
/// <param name="Prompt">The prompt.</param>
/// <param name="Answer">The answer that holds.</param>
public sealed record ProbeFact(string Prompt, string Answer)
{
    /// <summary>The facts of cases: their requests with the object that holds before any edit; others are left out.</summary>
    public static IReadOnlyList<ProbeFact> Of(IEnumerable<EditCase> cases) =>
    [
        .. from read in cases
           from request in read.Requests
           where request.TargetTrue is not null
           select new ProbeFact(request.Text, request.TargetTrue!),
    ];
}
