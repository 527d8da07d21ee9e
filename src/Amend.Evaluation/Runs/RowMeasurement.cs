using System.Text.Json.Nodes;
using Amend.Evaluation.Metrics;
using Amend.Evaluation.Protocols;

namespace Amend.Evaluation.Runs;

/// <summary>A measurement of a row, with the edits that were made since the one before: what results keep wholly or not at all.</summary>
/// <param name="Moment">The moment.</param>
/// <param name="Said">What the model said to cases, by their places.</param>
public sealed record RowMeasurement(Moment Moment, IReadOnlyList<(int Place, CaseAnswers Answers)> Said)
{
    /// <summary>What the model said to cases of a stream when they came, before those that were edited were.</summary>
    public IReadOnlyList<(int Place, CaseAnswers Answers)> OnArrival { get; init; } = [];

    /// <summary>
    /// Bytes of the weights that the applied edits change, each once, and of their adaptors; null where it is no moment of a stream.
    /// </summary>
    public long? EditedBytes { get; init; }

    /// <summary>The cases that were edited since the measurement before.</summary>
    public IReadOnlyList<EditedCase> Edited { get; init; } = [];

    /// <summary>Every setting of the editor, as it was used; null where it made no edit.</summary>
    public JsonObject? Settings { get; init; }
}

/// <summary>A case that was edited.</summary>
/// <param name="Place">Its place in the run, from 0.</param>
/// <param name="EditId">The edit's id; null where no edit was made, or a guard had it taken back.</param>
/// <param name="Converged">Whether the optimisation reached its threshold; true where no edit was made.</param>
/// <param name="Seconds">Its share of the edit's wall time.</param>
public sealed record EditedCase(int Place, string? EditId, bool Converged, double Seconds);
