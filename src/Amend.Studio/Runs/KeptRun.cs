using Amend.Editing.Homes;
using Amend.Evaluation.Reports;
using Amend.Evaluation.Reports.Json;
using Amend.Tensors;

namespace Amend.Studio.Runs;

/// <summary>A run whose report is kept in the home.</summary>
/// <param name="Id">The name of its folder.</param>
/// <param name="Time">When it ended.</param>
/// <param name="Report">Its report, without its cases.</param>
public sealed record KeptRun(string Id, DateTimeOffset Time, EvalReport Report)
{
    private const string File = "report.json";
    private const int Most = 50;

    /// <summary>The newest runs, the newest first; those whose report cannot be read are left out.</summary>
    public static IReadOnlyList<KeptRun> Read(AmendHome home) => !Directory.Exists(home.Runs)
        ? []
        :
        [
            .. new DirectoryInfo(home.Runs).EnumerateDirectories()
                .Select(folder => new FileInfo(Path.Combine(folder.FullName, File)))
                .Where(file => file.Exists)
                .OrderByDescending(file => file.LastWriteTimeUtc)
                .Take(Most)
                .Select(ReadOne)
                .OfType<KeptRun>(),
        ];

    /// <summary>The report of one of them with its cases.</summary>
    /// <exception cref="AmendException">There is no such run.</exception>
    public static EvalReport Find(AmendHome home, string id) => Read(home).FirstOrDefault(run => run.Id == id) is { } found
        ? ReportFolder.Read(Path.Combine(home.Runs, found.Id))
        : throw new AmendException($"There is no run '{(id.Length > 40 ? id[..40] + "…" : id)}' here; choose one of the list.");

    private static KeptRun? ReadOne(FileInfo file)
    {
        try
        {
            var report = ReportJson.Read(System.IO.File.ReadAllText(file.FullName), file.FullName);
            return new KeptRun(file.Directory!.Name, file.LastWriteTimeUtc, report);
        }
        catch (Exception e) when (e is AmendException or IOException)
        {
            return null;
        }
    }
}
