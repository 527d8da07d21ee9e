using Amend.Tensors;

namespace Amend.Tracing.Results;

/// <summary>
/// Averages of traces over facts: AIE by kind, token bucket and layer, and the average total effect (Meng et al. 2022, section 2.2).
/// </summary>
/// <param name="CleanProbability">Probability of the answer in clean runs.</param>
/// <param name="CorruptedProbability">The same in corrupted runs.</param>
/// <param name="TotalEffect">The average total effect.</param>
/// <param name="Curves">The average indirect effects; a bucket that no fact has is absent.</param>
public sealed record AverageEffects(
    MeanInterval CleanProbability, MeanInterval CorruptedProbability, MeanInterval TotalEffect, IReadOnlyList<EffectCurve> Curves)
{
    /// <summary>The facts that were averaged.</summary>
    public int Facts => TotalEffect.Count;

    /// <summary>The curve of a kind and bucket, or null.</summary>
    public EffectCurve? Curve(TraceKind kind, TokenBucket bucket) =>
        Curves.FirstOrDefault(curve => curve.Kind == kind.Name && curve.Bucket == bucket);

    /// <summary>Averages traces of one model with the same kinds and windows.</summary>
    /// <exception cref="AmendException">There is no trace, or they are of models with other layers.</exception>
    public static AverageEffects Of(IReadOnlyList<FactTrace> traces)
    {
        if (traces.Count == 0)
            throw new AmendException(
                $"There is nothing to average: {traces.Count} facts were traced; give facts that the model answers rightly.");
        if (traces.Select(trace => trace.WeightsHash).Distinct().Count() > 1)
            throw new AmendException(
                $"Traces of several models cannot be averaged: {string.Join(", ", traces.Select(trace => trace.Model).Distinct())}; "
                + "keep a folder for each.");
        var curves =
            from map in traces[0].Maps
            from bucket in TokenBuckets.All
            let effects = traces.Select(trace => Effects(trace, map, bucket)).OfType<double[]>().ToList()
            where effects.Count > 0
            let layers = Enumerable.Range(0, effects[0].Length).Select(layer => MeanInterval.Of([.. effects.Select(e => e[layer])]))
            select new EffectCurve(map.Kind, map.Window, bucket, [.. layers]);
        return new AverageEffects(
            MeanInterval.Of([.. traces.Select(trace => trace.CleanProbability)]),
            MeanInterval.Of([.. traces.Select(trace => trace.CorruptedProbability)]),
            MeanInterval.Of([.. traces.Select(trace => trace.TotalEffect)]),
            [.. curves]);
    }

    /// <summary>A fact's indirect effects in a bucket by layer, the mean of its tokens there; null where it has none.</summary>
    private static double[]? Effects(FactTrace trace, EffectMap like, TokenBucket bucket)
    {
        var map = trace.Maps.FirstOrDefault(one => one.Kind == like.Kind && one.Window == like.Window)
            ?? throw new AmendException(
                $"The trace of '{trace.Prompt}' has no {like.Kind} with window {like.Window}; average traces of the same kinds.");
        int[] tokens =
        [
            .. Enumerable.Range(0, trace.Tokens.Count)
                .Where(token => TokenBuckets.Of(token, trace.Tokens.Count, trace.SubjectStart, trace.SubjectEnd) == bucket),
        ];
        return tokens.Length == 0
            ? null
            : [.. Enumerable.Range(0, map.Scores[0].Count)
                .Select(layer => tokens.Average(token => trace.IndirectEffect(map, token, layer)))];
    }
}

/// <summary>The average indirect effect of one kind at one bucket of tokens, by layer.</summary>
/// <param name="Kind">The kind's name.</param>
/// <param name="Window">Its window, or null.</param>
/// <param name="Bucket">The tokens.</param>
/// <param name="Layers">The effect with its interval, a layer each; a fact counts once, with the mean of its tokens in the bucket.</param>
public sealed record EffectCurve(string Kind, int? Window, TokenBucket Bucket, IReadOnlyList<MeanInterval> Layers);
