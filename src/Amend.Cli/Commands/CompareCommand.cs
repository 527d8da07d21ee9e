using System.CommandLine;
using Amend.Cli.CommandLine;
using Amend.Cli.Rendering;
using Amend.Evaluation.Reports;
using Amend.Evaluation.Reports.Comparison;

namespace Amend.Cli.Commands;

/// <summary><c>amend compare</c>: two runs of <c>amend eval</c> side by side, case by case.</summary>
internal sealed class CompareCommand : ICliCommand
{
    private const int MostRows = 2;
    private readonly Argument<string> _first = new("DIR") { Description = "The folder of a run." };
    private readonly Argument<string> _second = new("OTHER")
    {
        Description = "The folder of another run over the same data set, or of the same.",
    };

    private readonly Option<string[]> _rows = new("--row")
    {
        Description = "A row of the first run; a second time, the row of the second run. All rows of the same name by default.",
        HelpName = "NAME",
    };

    private readonly Option<int> _seed = new("--seed")
    {
        Description = "The seed of the bootstrap.",
        HelpName = "N",
        DefaultValueFactory = _ => 0,
    };

    /// <inheritdoc/>
    public Command Build()
    {
        var command = new Command("compare", "Set two runs side by side: both figures, and their difference over the same cases.")
        {
            _first, _second, _rows, _seed,
        };
        command.SetAction(Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        var rows = parsed.GetValue(_rows) ?? [];
        if (rows.Length > MostRows)
            throw new UsageException(
                $"amend compare was given {rows.Length} rows; give --row once, or twice: for the first run and for the second.");
        var (first, second) = (ReportFolder.Read(parsed.GetValue(_first)!), ReportFolder.Read(parsed.GetValue(_second)!));
        var comparison = new RunComparison(first, second);
        var compared = comparison.Compare(rows.ElementAtOrDefault(0), rows.ElementAtOrDefault(1), parsed.GetValue(_seed));
        if (parsed.GetValue(GlobalOptions.Json))
        {
            var (a, b) = (parsed.GetValue(_first)!, parsed.GetValue(_second)!);
            Json.Print(new ComparedRuns(first.Suite, a, b, first.Model, second.Model, compared));
        }
        else
        {
            Print(first, second, compared);
        }

        return ExitCode.Done;
    }

    private static void Print(EvalReport first, EvalReport second, IReadOnlyList<RowComparison> compared)
    {
        Terminal.Line($"A: {first.Model}, {first.Suite}, {first.Protocol}; B: {second.Model}, {second.Suite}, {second.Protocol}");
        foreach (var rows in compared)
        {
            var names = rows.RowA == rows.RowB ? rows.RowA : $"{rows.RowA} and {rows.RowB}";
            Terminal.Heading($"{names}, {rows.When.Name}: {rows.Paired} cases in both, of {rows.CasesA} and {rows.CasesB}");
            var table = Terminal.Table("metric", "A", "B", "B - A", "95 % interval", "pairs").Numbers(1, 2, 3, 4, 5);
            foreach (var metric in rows.Metrics)
            {
                table.Row(
                    Name(first, metric), ReportText.Number(metric.A), ReportText.Number(metric.B), ReportText.Difference(metric.Difference),
                    $"{ReportText.Difference(metric.Low)} to {ReportText.Difference(metric.High)}", $"{metric.Pairs}");
            }

            Terminal.Write(table);
        }

        Terminal.Line("The figures are of the cases that both runs have; the interval is a bootstrap over these pairs.");
    }

    private static string Name(EvalReport report, MetricDifference difference)
    {
        var metric = report.Metrics.First(known => known.Id == difference.Metric);
        return metric.Heading == metric.Id ? metric.Id : $"{metric.Heading} ({metric.Id})";
    }
}
