using Amend.Evaluation.Protocols;
using Amend.Tensors.Files;

namespace Amend.Evaluation.Runs;

/// <summary>
/// Steps of a row that one model must do in their order, from the base model back to the base model. Units are independent of each
/// other, so that any number of models can work beside each other.
/// </summary>
/// <param name="Run">The hash of the run's description.</param>
/// <param name="Row">The row.</param>
/// <param name="Steps">The steps, the last of them a <see cref="RevertStep"/>.</param>
public sealed record RunUnit(string Run, RunRow Row, IReadOnlyList<ProtocolStep> Steps)
{
    private const int IdDigits = 16;

    /// <summary>
    /// The unit's name by its content, the same in every start of the run: a hash of the description, the row and the places.
    /// </summary>
    public string Id { get; } = IdOf(Run, Row, Steps);

    /// <summary>What is measured, in order.</summary>
    public IEnumerable<MeasureStep> Measures => Steps.OfType<MeasureStep>();

    /// <summary>
    /// Whether edits stay beyond their first measurement: a start may find the unit half done and then needs its edits again, and
    /// earlier edits must hold under later ones.
    /// </summary>
    public bool KeepsEdits => IsStream || Measures.Skip(1).Any();

    /// <summary>Whether cases are edited only where the model is wrong, so that what is measured depends on what it says.</summary>
    public bool IsStream => Steps.Any(step => step is CorrectStep);

    /// <summary>The measurements of cases that are certain; of a stream, the cases that come.</summary>
    public int Count => Measures.Sum(step => step.Places.Count) + Steps.OfType<CorrectStep>().Count();

    /// <summary>The units of a row: its protocol's steps, cut where all edits were taken back.</summary>
    /// <param name="run">What the run is.</param>
    /// <param name="row">The row.</param>
    /// <param name="steps">The steps of all cases.</param>
    public static IEnumerable<RunUnit> Cut(RunDescription run, RunRow row, IEnumerable<ProtocolStep> steps)
    {
        var hash = run.Hash();
        var unit = new List<ProtocolStep>();
        foreach (var step in steps)
        {
            unit.Add(step);
            if (step is not RevertStep)
                continue;
            yield return new RunUnit(hash, row, unit);
            unit = [];
        }
    }

    private static string IdOf(string run, RunRow row, IReadOnlyList<ProtocolStep> steps)
    {
        var places = steps.OfType<EditStep>().SelectMany(step => step.Places)
            .Concat(steps.OfType<MeasureStep>().SelectMany(step => step.Places))
            .Concat(steps.OfType<CorrectStep>().Select(step => step.Place)).Distinct();
        var content = $"{run}\n{row.Name}\n{string.Join(',', places)}";
        return ContentHash.Of(content)[..IdDigits];
    }
}
