namespace Amend.Tracing.Results;

/// <summary>What one kind of restoration gave at each token and layer of a fact.</summary>
/// <param name="Kind">The kind's name, see <see cref="TraceKind"/>.</param>
/// <param name="Window">How many layers were restored together; null for kinds without a window.</param>
/// <param name="Scores">Probability of the answer with the token restored at the layer, mean over the samples: tokens, then layers, <c>[T][L]</c>.</param>
public sealed record EffectMap(string Kind, int? Window, IReadOnlyList<IReadOnlyList<double>> Scores);
