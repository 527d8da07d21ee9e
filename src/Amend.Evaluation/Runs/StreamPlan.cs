using Amend.Evaluation.Datasets;
using Amend.Tensors;
using Amend.Tensors.Files;

namespace Amend.Evaluation.Runs;

/// <summary>How a stream of edits is measured (Hartvigsen et al. 2023, section 3).</summary>
/// <param name="Upstream">What the model was made for.</param>
public sealed record StreamPlan(DatasetSource Upstream)
{
    /// <summary>Edits between two measurements by default, and cases of each standing data set.</summary>
    private const int UsualEvery = 50;
    private const int UsualStanding = 1000;

    /// <summary>Items that ask for what is edited in other words and are never edited; null, the default, for none.</summary>
    public DatasetSource? Holdout { get; init; }

    /// <summary>
    /// What editors that rehearse what the model was made for are given, which should be other cases than those of <see
    /// cref="Upstream"/>; null, the default, for none.
    /// </summary>
    public DatasetSource? Replay { get; init; }

    /// <summary>Edits after which all is measured again; 50 by default, as in Thartvigsen/GRACE.</summary>
    public int MeasureEvery { get; init; } = UsualEvery;

    /// <summary>Edits after which the stream ends; null, the default, for no limit.</summary>
    public int? MostEdits { get; init; }

    /// <summary>Most cases of upstream and of holdout each, the first of their files; 1,000 by default, as in Thartvigsen/GRACE.</summary>
    public int MostStanding { get; init; } = UsualStanding;

    /// <summary>Refuses counts that make no sense.</summary>
    /// <exception cref="AmendException">A count is below 1.</exception>
    internal void Check()
    {
        if (MeasureEvery < 1 || MostEdits < 1 || MostStanding < 1)
            throw new AmendException(
                $"A stream that is measured every {MeasureEvery} edits and ends after {MostEdits?.ToString() ?? "all"}, "
                + $"on {MostStanding} cases of upstream, was asked; give counts of at least 1.");
    }

    /// <summary>The plan as a run's description has it.</summary>
    internal StreamDescription Describe() => new(
        TextFile.Hash(Upstream.Path), HashOf(Holdout), HashOf(Replay), MeasureEvery, MostEdits, MostStanding);

    private static string? HashOf(DatasetSource? source) => source is null ? null : TextFile.Hash(source.Path);
}

/// <summary>How a stream is measured, as a run's description has it.</summary>
/// <param name="UpstreamHash">SHA-256 of the data set's file of what the model was made for.</param>
/// <param name="HoldoutHash">SHA-256 of the file of the holdout; null where there is none.</param>
/// <param name="ReplayHash">SHA-256 of the file of what editors rehearse; null where there is none.</param>
/// <param name="MeasureEvery">Edits between two measurements.</param>
/// <param name="MostEdits">Edits after which the stream ends; null for no limit.</param>
/// <param name="MostStanding">Most cases of upstream and of holdout each.</param>
public sealed record StreamDescription(
    string UpstreamHash, string? HoldoutHash, string? ReplayHash, int MeasureEvery, int? MostEdits, int MostStanding);
