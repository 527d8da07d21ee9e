using System.CommandLine;
using Amend.Cli.CommandLine;
using Amend.Cli.Rendering;
using Amend.Shipping;
using Amend.Shipping.Gates;
using Amend.Tensors.Files;

namespace Amend.Cli.Commands;

/// <summary><c>amend check</c>: asks a model what its edits are about, without them and with them, and holds it against a gate.</summary>
internal sealed class CheckCommand : ICliCommand
{
    private readonly Argument<string> _model = ModelArgument.Create();
    private readonly Option<string> _edits = EditsOption.Create();
    private readonly CheckSettings _settings = new();

    private readonly Option<string?> _junit = new("--junit")
    {
        Description = "Write the result as JUnit XML, which build servers read.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _markdown = new("--markdown")
    {
        Description = "Write the result as Markdown, for a pull request.",
        HelpName = "FILE",
    };

    /// <inheritdoc/>
    public Command Build()
    {
        var command = new Command("check", "Ask what the edits are about, without them and with them; a gate says what must hold.")
        {
            _model, _edits,
        };
        _settings.AddTo(command);
        command.Options.Add(_junit);
        command.Options.Add(_markdown);
        command.SetAction((parsed, stop) => Task.FromResult(Run(parsed, stop)));
        return command;
    }

    private int Run(ParseResult parsed, CancellationToken stop)
    {
        var model = parsed.GetValue(_model)!;
        var (gate, options) = (_settings.Gate(parsed), _settings.Read(parsed));
        var store = ModelArgument.OpenStore(parsed, model);
        var report = Shipment.Check(
            AmendEnvironment.Of(parsed).Models.Find(model), store, parsed.GetValue(_edits)!, options, new TensorLines(), stop);
        var judged = gate?.Judge(report);
        if (parsed.GetValue(_junit) is { } junit)
            AtomicFile.WriteAllText(junit, JUnitReport.Write(report, judged));
        if (parsed.GetValue(_markdown) is { } markdown)
            AtomicFile.WriteAllText(markdown, MarkdownReport.Write(report, judged));
        var code = Done.Print("Checked", () =>
        {
            if (parsed.GetValue(GlobalOptions.Json))
                Json.Print(new CheckDocument(report, judged));
            else
                CheckReportView.Print(report, judged);
        });
        judged?.Require($"'{report.Model}' with {Terminal.Count(report.Edits.Count, "edit")}");
        return code;
    }
}
