using System.Text.Json;
using Amend.Tensors.Files;

namespace Amend.Tensors.Optimization;

/// <summary>How a training went.</summary>
/// <param name="Points">A point for each validation, in order.</param>
public sealed record TrainingCurve(IReadOnlyList<CurvePoint> Points)
{
    /// <summary>The curve's file in a training's folder, one JSON object a line.</summary>
    public const string FileName = "curve.jsonl";

    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Whether the training came to its end, at its last step or for want of patience; otherwise it was stopped.</summary>
    public bool IsComplete { get; init; }

    /// <summary>Steps done.</summary>
    public int Steps { get; init; }

    /// <summary>Wall time of the steps done, in seconds, over all resumptions.</summary>
    public double Seconds { get; init; }

    /// <summary>The step whose tensors are the best by the watched figure; null where none was watched or validated yet.</summary>
    public int? BestStep { get; init; }

    /// <summary>Reads the points of a file that a training wrote.</summary>
    /// <exception cref="AmendException">The file cannot be read, or a line is no point of a curve.</exception>
    public static IReadOnlyList<CurvePoint> ReadPoints(string path)
    {
        try
        {
            return [.. File.ReadLines(path).Select(line => JsonSerializer.Deserialize<CurvePoint>(line, Json)!)];
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new AmendException(
                $"Cannot read the curve '{path}' ({cause.Message.TrimEnd('.')}); give a file that a training wrote.", cause);
        }
    }

    /// <summary>Writes the points, a line each.</summary>
    /// <exception cref="AmendException">The file cannot be written.</exception>
    public void Write(string path) =>
        AtomicFile.WriteAllText(path, string.Concat(Points.Select(point => JsonSerializer.Serialize(point, Json) + "\n")));
}

/// <summary>A point of a training's curve.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Seconds">Wall time of the steps done.</param>
/// <param name="Training">Means of the figures of training since the point before.</param>
/// <param name="Validation">Figures of validation; empty where nothing is validated.</param>
public sealed record CurvePoint(
    int Step, double Seconds, IReadOnlyDictionary<string, double> Training, IReadOnlyDictionary<string, double> Validation);
