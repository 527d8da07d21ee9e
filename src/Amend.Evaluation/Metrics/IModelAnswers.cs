using Amend.Models.Generation;
using Amend.Models.Scoring;

namespace Amend.Evaluation.Metrics;

/// <summary>What a model answers, asked now or remembered.</summary>
public interface IModelAnswers
{
    /// <summary>Targets after prompts, teacher-forced, in their order.</summary>
    /// <exception cref="Tensors.AmendException">A prompt or target is empty, or a pair exceeds the context.</exception>
    IReadOnlyList<TargetAnswer> Targets(IReadOnlyList<(string Prompt, string Target)> pairs);

    /// <summary>Greedy continuations of prompts, in their order.</summary>
    /// <exception cref="Tensors.AmendException">A prompt is empty or exceeds the context.</exception>
    IReadOnlyList<GeneratedAnswer> Greedy(IReadOnlyList<string> prompts);

    /// <summary>
    /// Greedy answers to prompts that a user asks through the model's chat template, in their order; none where it has no template.
    /// </summary>
    /// <exception cref="Tensors.AmendException">A prompt is empty or exceeds the context, or the template refuses it.</exception>
    IReadOnlyList<GeneratedAnswer> InChat(IReadOnlyList<string> prompts);

    /// <summary>One sampled text an opening, opening included, of the openings of one case.</summary>
    /// <exception cref="Tensors.AmendException">An opening is empty or exceeds the context.</exception>
    IReadOnlyList<string> Texts(IReadOnlyList<string> openings);

    /// <summary>Perplexity of the fixed text; null where there is none.</summary>
    double? FixedTextPerplexity();

    /// <summary>The share of the probe's facts whose answer's first token is the likeliest, 0 to 1; null where there is no probe.</summary>
    double? ProbeShare();
}
