using Amend.Editing;
using Amend.Evaluation.Cases;
using Amend.Evaluation.Datasets;
using Amend.Evaluation.Metrics;
using Amend.Evaluation.Protocols;

namespace Amend.Evaluation.Runs;

/// <summary>What a run has where nothing else is asked, by what a data set holds.</summary>
/// <param name="Editors">The editors, separated by commas.</param>
/// <param name="Metrics">The metrics, separated by commas.</param>
public sealed record UsualRun(string Editors, string Metrics)
{
    /// <summary>What asks for all metrics.</summary>
    public const string All = "all";

    /// <summary>Facts: the table of Meng et al. 2022.</summary>
    public static UsualRun Facts { get; } = new("none,rome", "cf.s,cf.es,cf.em,cf.ps,cf.pm,cf.ns,cf.nm");

    /// <summary>Labelled texts: the table of De Cao et al. 2021.</summary>
    public static UsualRun Labels { get; } =
        new("none,ft", "ke.success,ke.retain,ke.equivalence,ke.equivalence.target,ke.deterioration");

    /// <summary>A stream of edits: the tables of Hartvigsen et al. 2023.</summary>
    public static UsualRun Stream { get; } =
        new("none,ft", "stream.es,stream.err,stream.trr,stream.mean,stream.holdout,stream.arr");

    /// <summary>Whether the data set holds labelled texts.</summary>
    public bool IsLabelled { get; private init; }

    /// <summary>That of a protocol that is a stream, and else that of a data set, by its first case.</summary>
    /// <param name="source">The data set.</param>
    /// <param name="skipBad">Whether broken records are passed over.</param>
    /// <param name="protocol">The protocol.</param>
    public static UsualRun Of(DatasetSource source, bool skipBad, Protocol protocol) => Of(HoldsLabels(source, skipBad), protocol);

    /// <summary>That of a protocol that is a stream, and else that of texts that are labelled or not.</summary>
    public static UsualRun Of(bool isLabelled, Protocol protocol) =>
        (protocol.IsStream ? Stream : isLabelled ? Labels : Facts) with { IsLabelled = isLabelled };

    /// <summary>Whether a data set holds labelled texts, by its first case.</summary>
    /// <exception cref="Tensors.AmendException">The first record is broken.</exception>
    public static bool HoldsLabels(DatasetSource source, bool skipBad) =>
        source.Read(new DatasetOptions { SkipBad = skipBad }).FirstOrDefault()?.Classification is not null;

    /// <summary>The rows of a list of editors, see <see cref="RunRow.Parse"/>.</summary>
    /// <param name="asked">The editors, separated by commas; the usual ones when null.</param>
    /// <param name="context">Layer and settings of all rows.</param>
    /// <exception cref="Tensors.AmendException">An editor is unknown, or a setting is not written so.</exception>
    public IReadOnlyList<RunRow> RowsOf(string? asked, EditContext context) =>
        [.. Names(asked ?? Editors).Select(text => RunRow.Parse(text, context))];

    /// <summary>The metrics of a list; of all or the usual ones, those that the run has cases for.</summary>
    /// <param name="asked">The metrics, separated by commas, or <see cref="All"/>; the usual ones when null.</param>
    /// <param name="stream">The run's stream; null for none.</param>
    /// <exception cref="Tensors.AmendException">A metric is unknown.</exception>
    public IReadOnlyList<IMetric> MetricsOf(string? asked, StreamPlan? stream)
    {
        if (asked is not null and not All)
            return [.. Names(asked).Select(BuiltInMetrics.Find)];
        IReadOnlyList<IMetric> all = asked is null ? [.. Names(Metrics).Select(BuiltInMetrics.Find)] : BuiltInMetrics.All;
        return
        [
            .. all.Where(metric => stream is not null || !metric.Info.IsOfStreams)
                .Where(metric => stream?.Holdout is not null || metric.Info.Role != CaseRole.Holdout),
        ];
    }

    /// <summary>The names between commas; a comma inside brackets, as of the setting layers=[1,2], separates none.</summary>
    private static string[] Names(string list)
    {
        var depth = 0;
        var ends = list.Index().Where(at =>
        {
            depth += at.Item switch { '[' => 1, ']' => -1, _ => 0 };
            return at.Item == ',' && depth == 0;
        }).Select(at => at.Index).Append(list.Length).ToArray();
        return [.. ends.Zip(ends.Prepend(-1), (end, before) => list[(before + 1)..end].Trim()).Where(name => name.Length > 0)];
    }
}
