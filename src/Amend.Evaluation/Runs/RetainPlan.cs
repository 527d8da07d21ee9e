using Amend.Evaluation.Datasets;
using Amend.Tensors.Files;

namespace Amend.Evaluation.Runs;

/// <summary>
/// Which labelled texts an edit of a label should leave alone: the set O^x of De Cao et al. 2021. By default those that the data set
/// names for a case, and where it names none, 100 others of the data set, drawn for each case by the run's seed.
/// </summary>
public sealed record RetainPlan
{
    /// <summary>How many texts are drawn for each case; null for all. 100 by default.</summary>
    public int? Drawn { get; init; } = 100;

    /// <summary>Whether they stand in place of those that the data set names. False by default.</summary>
    public bool Replaces { get; init; }

    /// <summary>The data set that they are from; null, the default, for that of the run.</summary>
    public DatasetSource? Source { get; init; }

    /// <summary>The plan as a run's description has it.</summary>
    internal RetainedFrom Describe() => new(Drawn, Replaces, Source is { } other ? TextFile.Hash(other.Path) : null);
}
