using System.CommandLine;
using Amend.Cli.CommandLine;
using Amend.Cli.Documents;
using Amend.Cli.Rendering;
using Amend.Server;
using Amend.Studio;

namespace Amend.Cli.Commands.Serving;

/// <summary><c>amend serve</c>: models over HTTP, until it is stopped.</summary>
internal sealed class ServeCommand : ICliCommand
{
    private readonly ModelsToServe _models = new();
    private readonly Option<string?> _url = new("--url")
    {
        Description = "Where to listen; what appsettings.json or Amend__Url says by default, else http://127.0.0.1:5150. "
            + "Addresses that other machines reach need a key (amend keys add).",
        HelpName = "URL",
    };

    private readonly Option<bool> _noStudio = new("--no-studio")
    {
        Description = "Serve the interface alone, without pages for a browser.",
    };

    /// <inheritdoc/>
    public Command Build()
    {
        var command = new Command(
            "serve", "Serve models over HTTP: OpenAI's API for any state of each, edits, traces and runs, and pages for a browser.")
        {
            _url, _noStudio,
        };
        _models.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken stop)
    {
        var setup = _models.Read(parsed) with
        {
            Url = parsed.GetValue(_url),
            Parts = parsed.GetValue(_noStudio) ? [] : [new StudioPart()],
        };
        var models = setup.Models.Select(model => new ServedEntry(model.Name, model.Path));
        await AmendServer.RunAsync(setup, urls => Print(parsed, new ServedDocument(urls, [.. models])), stop).ConfigureAwait(false);
        return ExitCode.Done;
    }

    private void Print(ParseResult parsed, ServedDocument served)
    {
        if (parsed.GetValue(GlobalOptions.Json))
        {
            Json.Print(served);
            return;
        }

        foreach (var url in served.Urls)
        {
            var studio = parsed.GetValue(_noStudio) ? "" : $"{url} for the studio, ";
            Terminal.Line($"{studio}{url}/v1 for OpenAI's clients, {url}/mcp for agents, {url}/docs for all else; Ctrl-C stops.");
        }

        foreach (var model in served.Models)
            Terminal.Line($"{model.Name}: '{model.Path}'");
    }
}
