using System.CommandLine;
using Amend.Atlas.Facts;
using Amend.Atlas.Tour;
using Amend.Cli.CommandLine;
using Amend.Cli.Rendering;
using Amend.Editing;

namespace Amend.Cli.Commands;

/// <summary><c>amend demo</c>: the tour on the embedded model, or on any decoder with a fact that it is found to know.</summary>
internal sealed class DemoCommand : ICliCommand
{
    private const string DemoModel = "atlas-gpt";

    private readonly Option<string?> _model = new("--model")
    {
        Description = "Another model, with the first of some well-known facts that it answers rightly; the embedded one by default.",
        HelpName = "MODEL",
    };

    /// <inheritdoc/>
    public Command Build()
    {
        var command = new Command("demo", "The tour on a model: ask, edit, check, take back. Writes nothing.") { _model };
        // On another thread: Ctrl-C is listened to only once the action has returned its task.
        command.SetAction((parsed, stop) => Task.Run(() => Run(parsed, stop), CancellationToken.None));
        return command;
    }

    private int Run(ParseResult parsed, CancellationToken stop)
    {
        var context = new EditContext { Stop = stop, Progress = new EditingLines(TimeProvider.System) };
        var name = parsed.GetValue(_model);
        var report = name is null
            ? DemoTour.Run(() => ModelArgument.Load(parsed, DemoModel), AtlasWorld.LoadEmbedded(), context)
            : DemoTour.RunOn(() => ModelArgument.Load(parsed, name), AmendEnvironment.Of(parsed).Home, context);
        if (parsed.GetValue(GlobalOptions.Json))
            Json.Print(report);
        else
            DemoView.Print(name ?? DemoModel, report);
        return report.Succeeded ? ExitCode.Done : ExitCode.Numeric;
    }
}
