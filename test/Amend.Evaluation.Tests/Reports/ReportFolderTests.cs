using System.Text.Json;
using Amend.Evaluation.Protocols;
using Amend.Evaluation.Reports;
using Amend.Evaluation.Runs;
using Amend.Tensors;

namespace Amend.Evaluation.Tests.Reports;

public sealed class ReportFolderTests
{
    private static readonly string[] Measured = ["cf.s", "cf.es", "cf.em", "cf.ps", "cf.pm", "cf.ns", "cf.nm", "ge", "rs", "tf.token_acc", "gen.exact", "loc.agree", "ppl"];

    [Fact]
    public void Two_files_are_written_and_nothing_else()
    {
        using var folder = new TempFolder();

        ReportFolder.Write(folder.File("out"), EvalReport.Of(SampleRun.Make()));

        Assert.Equal(
            ["cases.csv", "report.json"], Directory.GetFiles(folder.File("out")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_JSON_has_the_documented_names_and_null_for_no_number()
    {
        var root = JsonDocument.Parse(Written("report.json", SampleRun.Make(["cf.s", "rs"]))).RootElement;

        Assert.Equal(
            ("made-up", "tiny", "single"),
            (root.GetProperty("suite").GetString(), root.GetProperty("model").GetString(), root.GetProperty("protocol").GetString()));
        var row = root.GetProperty("rows")[1];
        Assert.Equal(("rome", "after its own edit"), (row.GetProperty("editor").GetString(), row.GetProperty("when").GetString()));
        var figure = row.GetProperty("metrics").GetProperty("cf.s");
        Assert.Equal(["value", "low", "high", "n", "interval"], figure.EnumerateObject().Select(property => property.Name));
        Assert.Equal((12, "bootstrap"), (figure.GetProperty("n").GetInt32(), figure.GetProperty("interval").GetString()));
        Assert.Equal(JsonValueKind.Null, row.GetProperty("metrics").GetProperty("rs").GetProperty("value").ValueKind);
        Assert.Equal("teacher_forced", root.GetProperty("metrics")[0].GetProperty("decoding").GetString());
        Assert.Equal("5ec0ffee5ec0ffee5ec0ffee", root.GetProperty("run").GetProperty("suite_hash").GetString());
    }

    [Fact]
    public void What_is_read_is_what_was_written()
    {
        using var folder = new TempFolder();
        var report = EvalReport.Of(SampleRun.Make(Measured, moments: [Moment.OwnEdit, Moment.End]));

        ReportFolder.Write(folder.Path, report);
        var read = ReportFolder.Read(folder.Path);

        Assert.Equal(
            report.Metrics.Select(metric => (metric.Id, metric.Heading, metric.Decoding)),
            read.Metrics.Select(metric => (metric.Id, metric.Heading, metric.Decoding)));
        Assert.Equal(
            report.Rows.Select(row => (row.Editor, row.When, row.Metrics["cf.s"], row.Seconds)),
            read.Rows.Select(row => (row.Editor, row.When, row.Metrics["cf.s"], row.Seconds)));
        Assert.Equal(report.CaseLines.Count, read.CaseLines.Count);
        Assert.Equal(report.Run.Machine, read.Run.Machine);
        Assert.Equal(report.WorstCases[1].Cases[3].Margin, read.WorstCases[1].Cases[3].Margin);
    }

    [Theory]
    [InlineData("", "no '")]
    [InlineData("{", "report.json")]
    [InlineData("{}", "report.json")]
    public void A_folder_without_a_report_is_refused(string json, string named)
    {
        using var folder = new TempFolder();
        ReportFolder.Write(folder.Path, EvalReport.Of(SampleRun.Make()));
        if (json.Length > 0)
            File.WriteAllText(folder.File("report.json"), json);
        else
            File.Delete(folder.File("cases.csv"));

        Assert.Contains(named, Assert.Throws<AmendException>(() => ReportFolder.Read(folder.Path)).Message, StringComparison.Ordinal);
    }

    private static string Written(string file, RunResult run)
    {
        using var folder = new TempFolder();
        ReportFolder.Write(folder.Path, EvalReport.Of(run));
        return File.ReadAllText(folder.File(file));
    }
}
