namespace Amend.Evaluation.Runs;

/// <summary>Wall time of a row's phases, in seconds, summed over all the starts of a resumed run.</summary>
/// <param name="Reading">Reading cases from the data set.</param>
/// <param name="Editing">Making edits.</param>
/// <param name="Scoring">Asking the model, edited and unedited.</param>
/// <param name="Generating">Letting the model write freely: greedy answers and sampled texts.</param>
/// <param name="Writing">Storing results.</param>
public sealed record PhaseTimes(double Reading, double Editing, double Scoring, double Generating, double Writing)
{
    /// <summary>All phases together.</summary>
    public double Total => Reading + Editing + Scoring + Generating + Writing;

    /// <summary>Each phase with its seconds.</summary>
    internal IEnumerable<(Phase Phase, double Seconds)> Parts =>
    [
        (Phase.Reading, Reading), (Phase.Editing, Editing), (Phase.Scoring, Scoring), (Phase.Generating, Generating), (Phase.Writing, Writing),
    ];

    /// <summary>Two parts of a run together.</summary>
    public static PhaseTimes operator +(PhaseTimes a, PhaseTimes b) => new(
        a.Reading + b.Reading, a.Editing + b.Editing, a.Scoring + b.Scoring, a.Generating + b.Generating, a.Writing + b.Writing);
}
