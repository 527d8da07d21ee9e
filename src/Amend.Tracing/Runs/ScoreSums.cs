namespace Amend.Tracing.Runs;

/// <summary>Sums of probabilities over samples, for each kind, token and layer, and for the corrupted run.</summary>
internal sealed class ScoreSums
{
    private readonly Dictionary<TraceKind, double[][]> _sums;

    /// <summary>Starts at zero.</summary>
    public ScoreSums(IEnumerable<TraceKind> kinds, int tokens, int layers) =>
        _sums = kinds.Distinct().ToDictionary(kind => kind, _ => Enumerable.Range(0, tokens).Select(_ => new double[layers]).ToArray());

    /// <summary>The corrupted run's sum.</summary>
    public double Corrupted { get; set; }

    /// <summary>Adds a token's sums, a layer each.</summary>
    public void Add(TraceKind kind, int token, IEnumerable<double> ofLayers)
    {
        var row = _sums[kind][token];
        foreach (var (layer, sum) in ofLayers.Index())
            row[layer] += sum;
    }

    /// <summary>Means over samples, tokens then layers.</summary>
    public double[][] Means(TraceKind kind, int samples) => [.. _sums[kind].Select(row => row.Select(sum => sum / samples).ToArray())];
}
