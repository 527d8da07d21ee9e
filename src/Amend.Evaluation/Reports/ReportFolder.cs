using Amend.Evaluation.Reports.Json;
using Amend.Tensors;
using Amend.Tensors.Files;

namespace Amend.Evaluation.Reports;

/// <summary>The report of a run as data: <c>report.json</c> and, case by case, <c>cases.csv</c>.</summary>
public static class ReportFolder
{
    private const string JsonName = "report.json";
    private const string CsvName = "cases.csv";

    /// <summary>Writes both, each beside its place and renamed over.</summary>
    /// <param name="folder">Where to; made where it is missing.</param>
    /// <param name="report">The report.</param>
    /// <exception cref="AmendException">The folder is not writable, or the disk is full.</exception>
    public static void Write(string folder, EvalReport report)
    {
        Directory.CreateDirectory(folder);
        AtomicFile.WriteAllText(Path.Combine(folder, JsonName), ReportJson.Write(report) + "\n");
        AtomicFile.WriteAllText(Path.Combine(folder, CsvName), CasesCsv.Write(report));
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
