using Amend.Tracing.Noise;

namespace Amend.Tracing.Results;

/// <summary>The causal trace of one fact.</summary>
public sealed record FactTrace
{
    /// <summary>The model's name.</summary>
    public required string Model { get; init; }

    /// <summary>The hash of its weights as loaded.</summary>
    public required string WeightsHash { get; init; }

    /// <summary>The ids of the edits that were in force, in order; none where the model was traced as loaded.</summary>
    public IReadOnlyList<string> Edits { get; init; } = [];

    /// <summary>The prompt.</summary>
    public required string Prompt { get; init; }

    /// <summary>The subject.</summary>
    public required string Subject { get; init; }

    /// <summary>The answer whose probability was read, as its tokens decode.</summary>
    public required string Answer { get; init; }

    /// <summary>Token ids of the answer that were read.</summary>
    public required IReadOnlyList<int> AnswerIds { get; init; }

    /// <summary>The text of each token of the prompt, T.</summary>
    public required IReadOnlyList<string> Tokens { get; init; }

    /// <summary>The subject's first token.</summary>
    public required int SubjectStart { get; init; }

    /// <summary>The token after the subject's last.</summary>
    public required int SubjectEnd { get; init; }

    /// <summary>How the answer was scored.</summary>
    public required AnswerScoring Scoring { get; init; }

    /// <summary>The noise.</summary>
    public required NoiseLevel Noise { get; init; }

    /// <summary>Corrupted copies.</summary>
    public required int Samples { get; init; }

    /// <summary>The seed of the noise; null where the noise was given as data.</summary>
    public required int? Seed { get; init; }

    /// <summary>Whether the severed kinds had two draws of noise, as the authors' code.</summary>
    public required bool Replicate { get; init; }

    /// <summary>Probability of the answer in the clean run.</summary>
    public required double CleanProbability { get; init; }

    /// <summary>Probability of the answer in the corrupted runs, mean over the samples.</summary>
    public required double CorruptedProbability { get; init; }

    /// <summary>A map for each kind that was traced.</summary>
    public required IReadOnlyList<EffectMap> Maps { get; init; }

    /// <summary>Tokens that went through blocks, all layers and runs together.</summary>
    public required long TokenLayerSteps { get; init; }

    /// <summary>Total effect: clean minus corrupted probability.</summary>
    public double TotalEffect => CleanProbability - CorruptedProbability;

    /// <summary>Indirect effect of a token and layer: restored minus corrupted probability.</summary>
    public double IndirectEffect(EffectMap map, int token, int layer) => map.Scores[token][layer] - CorruptedProbability;

    /// <summary>The map of a kind, or null.</summary>
    public EffectMap? Map(TraceKind kind) => Maps.FirstOrDefault(map => map.Kind == kind.Name);
}

/// <summary>What one kind of restoration gave at each token and layer of a fact.</summary>
/// <param name="Kind">The kind's name, see <see cref="TraceKind"/>.</param>
/// <param name="Window">How many layers were restored together; null for kinds without a window.</param>
/// <param name="Scores">
/// Probability of the answer with the token restored at the layer, mean over the samples: tokens, then layers, <c>[T][L]</c>.
/// </param>
public sealed record EffectMap(string Kind, int? Window, IReadOnlyList<IReadOnlyList<double>> Scores);
