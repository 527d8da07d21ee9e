using Amend.Evaluation.Datasets;

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

    /// <summary>That of a data set, by its first case.</summary>
    /// <param name="source">The data set.</param>
    /// <param name="skipBad">Whether broken records are passed over.</param>
    public static UsualRun Of(DatasetSource source, bool skipBad) =>
        source.Read(new DatasetOptions { SkipBad = skipBad }).FirstOrDefault()?.Classification is null ? Facts : Labels;
}
