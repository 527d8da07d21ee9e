using System.CommandLine;
using Amend.Cli.CommandLine;
using Amend.Cli.Rendering;
using Amend.Editing.Log;
using Amend.Reports.Log;

namespace Amend.Cli.Commands;

/// <summary><c>amend log</c>: the history of a model's edits as a graph of what supersedes what.</summary>
internal sealed class LogCommand : ICliCommand
{
    private readonly Argument<string> _model = ModelArgument.Create();

    private readonly Option<int?> _limit = new("--limit")
    {
        Description = "Most entries, the newest; all by default.",
        HelpName = "N",
    };

    private readonly PageOption _page = new("A page with the graph, light and dark.");

    /// <inheritdoc/>
    public Command Build()
    {
        var command = new Command("log", "The history of a model's edits, newest first, as a graph of what supersedes what.")
        {
            _model, _limit,
        };
        _page.AddTo(command);
        command.SetAction(Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        var (model, limit) = (parsed.GetValue(_model)!, parsed.GetValue(_limit));
        if (limit is < 1)
            throw new UsageException($"--limit {limit} was asked; show at least 1 entry.");
        _page.Check(parsed);
        var log = EditLog.Read(ModelArgument.OpenStore(parsed, model), model, limit);
        _page.Write(parsed, () => LogPage.Of(log));
        if (parsed.GetValue(GlobalOptions.Json))
            Json.Print(log);
        else
            LogView.Print(log);
        return ExitCode.Done;
    }
}
