using Amend.Editing;
using Amend.Evaluation.Datasets;
using Amend.Evaluation.Metrics;
using Amend.Evaluation.Protocols;
using Amend.Evaluation.Reports;
using Amend.Evaluation.Runs;
using Amend.Models;

namespace Amend.Evaluation.Tests.Reports;

/// <summary>The report of real single edits of the embedded model, whose second moment stays in the process afterwards.</summary>
public sealed class RealRunTests
{
    private const int Cases = 8;
    private static readonly string[] Ids = ["cf.s", "cf.es", "cf.em", "cf.ps", "cf.pm", "cf.ns", "cf.nm", "tf.token_acc", "tf.exact", "gen.exact", "gen.contains", "loc.agree"];

    [Fact]
    public void ROME_stands_above_the_unedited_model_and_its_worst_cases_are_told()
    {
        using var folder = new TempFolder();
        var result = Run("none", "rome", "ft");

        ReportFolder.Write(folder.Path, EvalReport.Of(result));
        var report = ReportFolder.Read(folder.Path);

        Assert.Equal(["none", "rome", "ft"], report.Rows.Select(row => row.Editor));
        Assert.True(report.Rows[1].Metrics["cf.s"].Value > report.Rows[0].Metrics["cf.s"].Value);
        Assert.Equal(3 * Cases, report.CaseLines.Count);
        Assert.All(report.WorstCases, worst => Assert.Equal(Cases, worst.Cases.Count));
    }

    private static RunResult Run(params string[] editors)
    {
        var plan = new RunPlan
        {
            Suite = "atlas-counterfact",
            Source = new DatasetLocator(InRepository("suites")).Find("atlas-counterfact"),
            Protocol = BuiltInProtocols.Find("single"),
            Rows = [.. editors.Select(name => RunRow.Parse(name, new EditContext()))],
            Metrics = [.. Ids.Select(BuiltInMetrics.Find)],
            Cases = Cases,
        };
        return new EvalRun(plan, () => LanguageModel.Load(InRepository("models/atlas-gpt"))).Run(
            stop: TestContext.Current.CancellationToken);
    }

    private static string InRepository(string path)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (Path.Combine(folder.FullName, path) is var found && Directory.Exists(found) && File.Exists(Path.Combine(folder.FullName, "Amend.slnx")))
                return found;
        }

        throw new DirectoryNotFoundException(
            $"No folder from '{AppContext.BaseDirectory}' upwards holds '{path}'; run the tests inside the repository.");
    }
}
