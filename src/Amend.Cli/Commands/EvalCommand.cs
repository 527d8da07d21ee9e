using System.CommandLine;
using Amend.Cli.Rendering;
using Amend.Editing;
using Amend.Editing.Editors;
using Amend.Evaluation.Datasets;
using Amend.Evaluation.Metrics;
using Amend.Evaluation.Protocols;
using Amend.Models;
using Amend.Tensors;

namespace Amend.Cli.Commands;

/// <summary><c>amend eval</c>: single edits over a data set, measured by metrics.</summary>
internal sealed class EvalCommand : ICliCommand
{
    private const string NoEditor = "none";
    private const int ProgressEvery = 20;
    private static readonly string[] Usual = ["cf.s", "cf.es", "cf.em", "cf.ps", "cf.pm", "cf.ns", "cf.nm"];
    private readonly Argument<string> _suite = new("SUITE") { Description = "An embedded suite, such as atlas-counterfact, or FORMAT:PATH." };
    private readonly Option<string> _model = new("--model") { Description = "An embedded model's name, or a folder in Hugging Face form.", HelpName = "MODEL", Required = true };
    private readonly Option<string> _editors = new("--editors") { Description = "The methods, separated by commas; 'none' is the unedited model.", HelpName = "NAMES", DefaultValueFactory = _ => "none,rome" };
    private readonly Option<string> _metrics = new("--metrics") { Description = "The metrics, separated by commas.", HelpName = "IDS", DefaultValueFactory = _ => string.Join(',', Usual) };
    private readonly EditorOptions _given = new();
    private readonly Option<int> _cases = new("--cases") { Description = "Most cases.", HelpName = "N", DefaultValueFactory = _ => int.MaxValue };
    private readonly Option<int> _offset = new("--offset") { Description = "Cases to pass over first.", HelpName = "N", DefaultValueFactory = _ => 0 };
    private readonly Option<bool> _skipBad = new("--skip-bad") { Description = "Pass over broken records and count them." };

    /// <inheritdoc/>
    public Command Build()
    {
        var command = new Command("eval", "Edit each case of a data set alone, measure, take back.")
        {
            _suite, _model, _editors, _metrics, _cases, _offset, _skipBad,
        };
        _given.AddTo(command);
        command.SetAction((parsed, stop) => Task.Run(() => Run(parsed, stop), CancellationToken.None));
        return command;
    }

    private int Run(ParseResult parsed, CancellationToken stop)
    {
        var (editors, metrics) = UsageException.In(() => (Editors(parsed.GetValue(_editors)!), Names(parsed.GetValue(_metrics)!).Select(BuiltInMetrics.Find).ToList()));
        var context = _given.Read(parsed);
        var source = new DatasetLocator(Path.Combine(AppContext.BaseDirectory, "suites")).Find(parsed.GetValue(_suite)!);
        using var model = LanguageModel.Load(ModelArgument.Locator.Find(parsed.GetValue(_model)!), GlobalOptions.LoadOptions(parsed));
        model.RequireDecoder("eval");
        var options = new DatasetOptions { SkipBad = parsed.GetValue(_skipBad) };
        var rows = new List<Row>();
        foreach (var (name, editor) in editors.TakeWhile(_ => !stop.IsCancellationRequested))
        {
            var cases = source.Read(options).Skip(parsed.GetValue(_offset)).Take(parsed.GetValue(_cases));
            var result = new SingleEdits(model, editor, context, metrics).Run(cases, new Counted(name), stop);
            if (result.Cases.Count == 0 && !stop.IsCancellationRequested)
                throw new AmendException($"'{source.Path}' has no case after the first {parsed.GetValue(_offset)}; give a smaller --offset.");
            rows.Add(new Row(name, metrics.ToDictionary(m => m.Info.Id, m => Figure.Of(result.Figure(m, context.Seed))), result.Cases.Count, result.Cases.Count(c => c.Converged), result.Cases.Select(c => c.EditSeconds).DefaultIfEmpty().Average()));
        }

        if (parsed.GetValue(GlobalOptions.Json))
            Json.Print(new { Suite = parsed.GetValue(_suite), Model = model.Name, Protocol = "single", Finished = !stop.IsCancellationRequested, SkippedRecords = options.Skipped.Count, Rows = rows });
        else
            Print(metrics, rows, options.Skipped.Count);
        return stop.IsCancellationRequested ? ExitCode.Cancelled : ExitCode.Done;
    }

    private static List<(string Name, IEditor? Editor)> Editors(string names) =>
        [.. Names(names).Select(name => (name, name == NoEditor ? null : BuiltInEditors.Find(name)))];

    private static string[] Names(string list) => list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static void Print(List<IMetric> metrics, List<Row> rows, int skipped)
    {
        var table = Terminal.Table(["metric (95 % interval)", .. rows.Select(row => row.Editor)]).Numbers([.. Enumerable.Range(1, rows.Count)]);
        foreach (var metric in metrics)
            table.Row([$"{metric.Info.Id}  {metric.Info.Title}, {metric.Info.Unit}", .. rows.Select(row => row.Metrics[metric.Info.Id].Text)]);
        table.Row(["edits that converged", .. rows.Select(row => $"{row.Converged} of {row.Cases}")]);
        table.Row(["seconds an edit", .. rows.Select(row => $"{row.SecondsAnEdit:F2}")]);
        Terminal.Write(table);
        Terminal.Line($"Each case was edited alone, measured right after its own edit, and taken back.{(skipped > 0 ? $" {skipped} broken records were passed over." : "")}");
    }

    private sealed record Row(string Editor, IReadOnlyDictionary<string, Figure> Metrics, int Cases, int Converged, double SecondsAnEdit);

    /// <summary>A figure as JSON can hold it: null where it is no number.</summary>
    private sealed record Figure(double? Value, double? Low, double? High, int N)
    {
        public static Figure Of(MetricFigure figure) => new(Finite(figure.Value), Finite(figure.Low), Finite(figure.High), figure.Count);

        [System.Text.Json.Serialization.JsonIgnore]
        public string Text => Value is null ? "-" : $"{Value:F1} ({Low:F1} to {High:F1})";

        private static double? Finite(double value) => double.IsFinite(value) ? value : null;
    }

    private sealed class Counted(string editor) : IProgress<CaseResult>
    {
        private int _done;

        public void Report(CaseResult value)
        {
            if (++_done % ProgressEvery == 0)
                Messages.Progress($"{editor}: {_done} cases, the last edit in {value.EditSeconds:F2} s");
        }
    }
}
