using Amend.Evaluation.Reports.Json;
using Amend.Reports.Pages;
using Amend.Tensors;
using Amend.Tensors.Files;

namespace Amend.Evaluation.Reports;

/// <summary>The reports of a run as files: <c>report.md</c>, <c>report.json</c>, <c>cases.csv</c> and <c>report.html</c>.</summary>
public static class ReportFolder
{
    private const string JsonName = "report.json";
    private const string CsvName = "cases.csv";

    /// <summary>Writes all four, each beside its place and renamed over.</summary>
    /// <param name="folder">Where to; made where it is missing.</param>
    /// <param name="report">The report.</param>
    /// <exception cref="AmendException">The folder is not writable, or the disk is full.</exception>
    public static void Write(string folder, EvalReport report)
    {
        Directory.CreateDirectory(folder);
        var markdown = new MarkdownPage(EvalPage.TitleOf(report));
        EvalPage.Write(markdown, report);
        var html = new HtmlPage(EvalPage.TitleOf(report), $"Amend {report.Run.LibraryVersion}, evaluation report");
        EvalPage.Write(html, report);
        AtomicFile.WriteAllText(Path.Combine(folder, JsonName), ReportJson.Write(report) + "\n");
        AtomicFile.WriteAllText(Path.Combine(folder, CsvName), CasesCsv.Write(report));
        AtomicFile.WriteAllText(Path.Combine(folder, "report.md"), markdown.ToString());
        AtomicFile.WriteAllText(Path.Combine(folder, "report.html"), html.ToString());
    }

    /// <summary>Reads a report with its cases.</summary>
    /// <exception cref="AmendException">A file is missing or broken.</exception>
    public static EvalReport Read(string folder)
    {
        var (json, csv) = (Path.Combine(folder, JsonName), Path.Combine(folder, CsvName));
        foreach (var path in new[] { json, csv }.Where(path => !File.Exists(path)))
            throw new AmendException($"There is no '{path}'; give a folder that amend eval --out wrote.");
        using var reader = File.OpenText(csv);
        var (metrics, lines) = CasesCsv.Read(reader, csv);
        return ReportJson.Read(File.ReadAllText(json), json) with { CaseMetrics = metrics, CaseLines = lines };
    }
}
