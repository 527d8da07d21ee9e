using System.Globalization;
using Amend.Evaluation.Datasets;
using Amend.Tensors;
using Amend.Tensors.Files;

namespace Amend.Evaluation.Runs;

/// <summary>
/// Which labelled texts an edit of a label should leave alone: the set O^x of De Cao et al. 2021. By default those that the data set
/// names for a case, and where it names none, 100 others of the data set, drawn for each case by the run's seed.
/// </summary>
public sealed record RetainPlan
{
    private const string All = "all";

    /// <summary>How many texts are drawn for each case; null for all. 100 by default.</summary>
    public int? Drawn { get; init; } = 100;

    /// <summary>Whether they stand in place of those that the data set names. False by default.</summary>
    public bool Replaces { get; init; }

    /// <summary>The data set that they are from; null, the default, for that of the run.</summary>
    public DatasetSource? Source { get; init; }

    /// <summary>The plan of a text.</summary>
    /// <param name="asked">
    /// A number of the data set's other texts, <c>all</c> of them, or another data set; null for what the data set names.
    /// </param>
    /// <param name="usual">What the data set holds.</param>
    /// <param name="find">Finds another data set.</param>
    /// <returns>The plan; null where no texts are labelled.</returns>
    /// <exception cref="AmendException">It is no number, not all, and no data set.</exception>
    public static RetainPlan? Parse(string? asked, UsualRun usual, Func<string, DatasetSource> find)
    {
        if (!usual.IsLabelled)
            return asked is null ? null : throw new AmendException(
                $"--retain {asked} was asked, and the data set holds no labelled texts; leave it out, or give labelled texts, such as "
                + "fever:PATH.");
        if (asked is null)
            return new RetainPlan();
        if (asked == All)
            return new RetainPlan { Drawn = null, Replaces = true };
        return int.TryParse(asked, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var drawn)
            ? new RetainPlan { Drawn = drawn, Replaces = true }
            : new RetainPlan { Drawn = null, Replaces = true, Source = find(asked) };
    }

    /// <summary>The plan as a run's description has it.</summary>
    internal RetainedFrom Describe() => new(Drawn, Replaces, Source is { } other ? TextFile.Hash(other.Path) : null);
}
