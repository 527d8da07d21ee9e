using System.CommandLine;
using Amend.Cli.Rendering;
using Amend.Atlas.Suites;
using Amend.Evaluation.Datasets;
using Amend.Evaluation.Metrics;
using Amend.Evaluation.Protocols;
using Amend.Models;
using Amend.Tensors;

namespace Amend.Cli.Commands;

/// <summary><c>amend eval</c>: single edits over a suite in CounterFact's form, with the authors' figures.</summary>
internal sealed class EvalCommand : ICliCommand
{
    private readonly Argument<string> _suite = new("SUITE") { Description = "An embedded suite, such as atlas-counterfact, or a file in CounterFact's form." };
    private readonly Option<string> _model = new("--model") { Description = "An embedded model's name, or a folder in Hugging Face form.", Required = true };
    private readonly EditorOptions _editor = new();
    private readonly Option<int> _cases = new("--cases") { Description = "Most records.", HelpName = "N", DefaultValueFactory = _ => int.MaxValue };
    private readonly Option<int> _offset = new("--offset") { Description = "Records to pass over first.", HelpName = "N", DefaultValueFactory = _ => 0 };

    /// <inheritdoc/>
    public Command Build()
    {
        var command = new Command("eval", "Edit each record of a suite alone, measure, take back: ES, PS, NS and S as CounterFact's authors define them.")
        {
            _suite, _model, _cases, _offset,
        };
        _editor.AddTo(command);
        command.SetAction((parsed, stop) => Task.FromResult(Run(parsed, stop)));
        return command;
    }

    private int Run(ParseResult parsed, CancellationToken stop)
    {
        var (editor, context) = _editor.Read(parsed);
        var folder = ModelArgument.Locator.Find(parsed.GetValue(_model)!);
        var path = SuiteLocator.Find(parsed.GetValue(_suite)!);
        using var model = LanguageModel.Load(folder, GlobalOptions.LoadOptions(parsed));
        var records = CounterFactFile.Read(path).Skip(parsed.GetValue(_offset)).Take(parsed.GetValue(_cases));
        var done = 0;
        var progress = new SynchronousProgress<SingleEditCase>(one =>
        {
            if (++done % 20 == 0)
                Messages.Progress($"{done} records, the last in {one.Seconds:F2} s");
        });
        var result = new SingleEdits(model, editor, context).Run(records, progress, stop);
        if (result.Cases.Count == 0)
            throw new AmendException($"'{path}' has no record after the first {parsed.GetValue(_offset)}; give a smaller --offset.");
        if (parsed.GetValue(GlobalOptions.Json))
            Json.Print(new { Suite = path, Model = model.Name, Editor = editor.Name, Cases = result.Cases.Count, result.Finished, result.Before, result.After, Converged = result.Cases.Count(c => c.Converged), SecondsAnEdit = result.Cases.Average(c => c.Seconds) });
        else
            Print(result);
        return result.Finished ? ExitCode.Done : ExitCode.Cancelled;
    }

    private static void Print(SingleEditsResult result)
    {
        var table = Terminal.Table("figure, % (95 % interval)", "before", "after").Numbers(1, 2);
        void Row(string name, Func<CounterFactScores, string> figure) => table.Row(name, figure(result.Before!), figure(result.After!));
        Row("ES, efficacy success", s => Text(s.Efficacy));
        Row("PS, paraphrase success", s => Text(s.Paraphrase));
        Row("NS, neighborhood success", s => Text(s.Neighborhood));
        Row("S, their harmonic mean", s => $"{s.EditScore:F1}");
        Row("EM, efficacy magnitude", s => Text(s.EfficacyMagnitude));
        Row("PM, paraphrase magnitude", s => Text(s.ParaphraseMagnitude));
        Row("NM, neighborhood magnitude", s => Text(s.NeighborhoodMagnitude));
        Terminal.Write(table);
        Terminal.Line($"{result.Cases.Count} single edits, {result.Cases.Count(c => c.Converged)} converged, {result.Cases.Average(c => c.Seconds):F2} s each; teacher-forced, measured after each edit, then taken back.");
    }

    private static string Text(Estimate estimate) => $"{estimate.Mean:F1} ({estimate.Interval:F1})";
}
