using Amend.Evaluation.Protocols;

namespace Amend.Evaluation.Runs;

/// <summary>What a row's results hold already.</summary>
/// <param name="Edited">The places of the cases that were edited, with the ids of their edits; null where no edit stayed.</param>
/// <param name="Measured">The places of the cases that were measured, with the moments.</param>
/// <param name="IsStopped">Whether a guard ended the row: no further case is edited, and those without an edit are not measured.</param>
public sealed record RowProgress(IReadOnlyDictionary<int, string?> Edited,
    IReadOnlySet<(int Place, Moment Moment)> Measured, bool IsStopped)
{
    /// <summary>That of a row that was not begun.</summary>
    public static RowProgress Nothing { get; } =
        new(new Dictionary<int, string?>(), new HashSet<(int Place, Moment Moment)>(), IsStopped: false);

    /// <summary>The number of measurements of a unit's cases that are certain, see <see cref="RunUnit.Count"/>.</summary>
    public int CountOf(RunUnit unit) => unit.IsStream
        ? Measured.Count(measured => measured.Moment == Moment.OnArrival)
        : unit.Measures.Sum(step => step.Places.Count(place => Measured.Contains((place, step.Moment))));

    /// <summary>Whether nothing of a unit is left to do; what is measured at a stream's end is kept as a whole.</summary>
    public bool Covers(RunUnit unit) => unit.IsStream
        ? Measured.Any(measured => measured.Moment == Moment.End)
        : unit.Measures.All(step => Left(step, Edited.ContainsKey, IsStopped).Count == 0);

    /// <summary>The places of a step that are left to measure.</summary>
    /// <param name="step">The step.</param>
    /// <param name="isEdited">Whether a case was edited, until now.</param>
    /// <param name="isStopped">Whether the row has ended, until now.</param>
    public IReadOnlyList<int> Left(MeasureStep step, Func<int, bool> isEdited, bool isStopped) =>
        [.. step.Places.Where(place => !Measured.Contains((place, step.Moment)) && (!isStopped || isEdited(place)))];
}
