using Amend.Evaluation.Runs;
using Amend.Tensors;

namespace Amend.Evaluation.Orders;

/// <summary>What is measured beside a stream, as it is asked for; see <see cref="StreamPlan"/>.</summary>
/// <param name="Upstream">What the model was made for: a suite's name or <c>FORMAT:PATH</c>.</param>
public sealed record StreamOrder(string Upstream)
{
    /// <summary>Items that are never edited: a suite's name or <c>FORMAT:PATH</c>; none when null.</summary>
    public string? Holdout { get; init; }

    /// <summary>What editors rehearse: a suite's name or <c>FORMAT:PATH</c>; nothing when null.</summary>
    public string? Replay { get; init; }

    /// <summary>Edits after which all is measured again; the usual number when null.</summary>
    public int? MeasureEvery { get; init; }

    /// <summary>Edits after which the stream ends; no limit when null.</summary>
    public int? Edits { get; init; }

    /// <summary>Most cases of upstream and of holdout each; the usual number when null.</summary>
    public int? Cases { get; init; }

    /// <summary>The plan.</summary>
    /// <exception cref="AmendException">A data set is not there.</exception>
    internal StreamPlan ToPlan(IOrderFiles files)
    {
        var usual = new StreamPlan(files.Data(Upstream));
        return usual with
        {
            Holdout = Holdout is null ? null : files.Data(Holdout),
            Replay = Replay is null ? null : files.Data(Replay),
            MostEdits = Edits,
            MeasureEvery = MeasureEvery ?? usual.MeasureEvery,
            MostStanding = Cases ?? usual.MostStanding,
        };
    }
}
