using Amend.Evaluation.Datasets;

namespace Amend.Evaluation.Runs;

/// <summary>
/// Which labelled texts an edit of a label should leave alone where the data set names none for a case: the set O^x of De Cao et al.
/// 2021. By default 100 others of the data set, drawn for each case by the run's seed.
/// </summary>
public sealed record RetainPlan
{
    /// <summary>How many texts are drawn for each case; null for all. 100 by default.</summary>
    public int? Drawn { get; init; } = 100;

    /// <summary>The data set that they are from; null, the default, for that of the run.</summary>
    public DatasetSource? Source { get; init; }
}
