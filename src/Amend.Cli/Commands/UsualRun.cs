using Amend.Evaluation.Datasets;
using Amend.Evaluation.Protocols;

namespace Amend.Cli.Commands;

/// <summary>What <c>amend eval</c> runs where nothing else is asked, by what a data set holds.</summary>
/// <param name="Editors">The editors, separated by commas.</param>
/// <param name="Metrics">The metrics, separated by commas.</param>
internal sealed record UsualRun(string Editors, string Metrics)
{
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
    public static UsualRun Of(DatasetSource source, bool skipBad, Protocol protocol)
    {
        var isLabelled = source.Read(new DatasetOptions { SkipBad = skipBad }).FirstOrDefault()?.Classification is not null;
        return (protocol.IsStream ? Stream : isLabelled ? Labels : Facts) with { IsLabelled = isLabelled };
    }
}
