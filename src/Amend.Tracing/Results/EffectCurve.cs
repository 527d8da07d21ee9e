namespace Amend.Tracing.Results;

/// <summary>The average indirect effect of one kind at one bucket of tokens, by layer.</summary>
/// <param name="Kind">The kind's name.</param>
/// <param name="Window">Its window, or null.</param>
/// <param name="Bucket">The tokens.</param>
/// <param name="Layers">The effect with its interval, a layer each; a fact counts once, with the mean of its tokens in the bucket.</param>
public sealed record EffectCurve(string Kind, int? Window, TokenBucket Bucket, IReadOnlyList<MeanInterval> Layers);
