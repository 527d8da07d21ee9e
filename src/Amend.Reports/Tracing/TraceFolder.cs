using Amend.Reports.Plots;
using Amend.Tensors;
using Amend.Tensors.Files;
using Amend.Tracing;
using Amend.Tracing.Results;
using Amend.Tracing.Studies;

namespace Amend.Reports.Tracing;

/// <summary>
/// Writes traces into a folder: JSON, pictures as PNG and SVG,
/// and a page. Each file is written beside its place and renamed.
/// </summary>
public static class TraceFolder
{
    /// <summary>The page's name.</summary>
    public const string PageName = "index.html";

    /// <summary>Tries a folder before the work, so that one that cannot be written costs no time; null is no folder.</summary>
    /// <exception cref="AmendException">It cannot be made or written to.</exception>
    public static void CheckWritable(string? folder)
    {
        if (folder is not null)
            OutputFolder.CheckWritable(folder);
    }

    /// <summary>Writes a fact's trace: <c>trace.json</c>, <c>KIND.png</c> and <c>KIND.svg</c> for each map, <c>index.html</c>.</summary>
    /// <exception cref="AmendException">The folder cannot be made or written to.</exception>
    public static void Write(string folder, FactTrace trace)
    {
        OutputFolder.Make(folder);
        TraceJson.Write(
            Path.Combine(folder, "trace.json"),
            new TraceRecord(TraceJson.Format, "0", new TraceFact(trace.Prompt, trace.Subject, trace.Answer), trace, null));
        foreach (var map in trace.Maps)
            Write(Path.Combine(folder, map.Kind), TraceFigures.HeatMap(trace, map));
        AtomicFile.WriteAllText(Path.Combine(folder, PageName), FactPage.Of(trace).ToString());
    }

    /// <summary>
    /// Writes a study's averages: <c>summary.json</c>, <c>aie-KIND.png</c>
    /// and <c>aie-KIND.svg</c>, <c>index.html</c>, and a page for each fact.
    /// </summary>
    /// <returns>What <c>summary.json</c> holds.</returns>
    /// <exception cref="AmendException">The folder cannot be made or written to.</exception>
    public static StudySummary Write(string folder, StudyResult study)
    {
        OutputFolder.Make(folder);
        var summary = StudySummary.Of(study);
        TraceJson.Write(Path.Combine(folder, "summary.json"), summary);
        foreach (var kind in summary.Averages?.Curves.Select(curve => curve.Kind).Distinct() ?? [])
            Write(Path.Combine(folder, $"aie-{kind}"), TraceFigures.Curves(summary.Averages!, kind, study.Description.Model));
        foreach (var record in study.Records.Where(record => record.Trace is not null))
            AtomicFile.WriteAllText(Path.Combine(folder, "facts", $"{record.Id}.html"), FactPage.Of(record.Trace!).ToString());
        AtomicFile.WriteAllText(Path.Combine(folder, PageName), StudyPage.Of(study, summary.Averages, summary.Suggestion).ToString());
        return summary;
    }

    private static void Write(string path, PlotPicture picture)
    {
        AtomicFile.Write($"{path}.png", stream => stream.Write(picture.ToPng()));
        AtomicFile.WriteAllText($"{path}.svg", picture.ToSvg("trace"));
    }
}
