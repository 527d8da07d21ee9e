using System.Text.Json.Serialization;

namespace Amend.Tensors.Optimization;

/// <summary>How far a training has come, as its checkpoint holds it.</summary>
internal sealed class TrainingState
{
    /// <summary>Steps done.</summary>
    public int Step { get; set; }

    /// <summary>Wall time of the steps done.</summary>
    public double Seconds { get; set; }

    /// <summary>Sums of the figures of training since the last point.</summary>
    public Dictionary<string, double> Sums { get; init; } = [];

    /// <summary>Batches in the sums.</summary>
    public int Batches { get; set; }

    /// <summary>The curve so far.</summary>
    public List<CurvePoint> Points { get; init; } = [];

    /// <summary>The best watched figure; null before the first validation.</summary>
    public double? Best { get; set; }

    /// <summary>The step that it is of.</summary>
    public int? BestStep { get; set; }

    /// <summary>Validations since the best.</summary>
    public int Stale { get; set; }

    /// <summary>Means of the figures of training since the last point.</summary>
    [JsonIgnore]
    public IReadOnlyDictionary<string, double> Means => Sums.ToDictionary(sum => sum.Key, sum => sum.Value / Batches);

    /// <summary>Counts a batch's figures.</summary>
    public void Count(IReadOnlyDictionary<string, double> figures)
    {
        foreach (var (name, value) in figures)
            Sums[name] = Sums.GetValueOrDefault(name) + value;
        Batches++;
    }

    /// <summary>Ends a stretch of training with a point.</summary>
    public CurvePoint AddPoint(IReadOnlyDictionary<string, double> validation)
    {
        Points.Add(new CurvePoint(Step, Seconds, Means, validation));
        Sums.Clear();
        Batches = 0;
        return Points[^1];
    }
}
