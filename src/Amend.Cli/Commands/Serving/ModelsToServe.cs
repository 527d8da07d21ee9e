using System.CommandLine;
using Amend.Cli.CommandLine;
using Amend.Server;

namespace Amend.Cli.Commands.Serving;

/// <summary>The models of a server, with the guard of their edits.</summary>
internal sealed class ModelsToServe
{
    private readonly Argument<string[]> _models = new("MODEL")
    {
        Description = "The models: each as other verbs take it, or NAME=MODEL to be served under another name.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly EditGuard _guard = new();

    /// <summary>Adds the argument and the options to the verb.</summary>
    public void AddTo(Command command)
    {
        command.Arguments.Add(_models);
        _guard.AddTo(command);
    }

    /// <summary>What a server is started with.</summary>
    /// <exception cref="UsageException">An option cannot be used.</exception>
    /// <exception cref="Amend.Tensors.AmendException">There is no such model.</exception>
    public ServerSetup Read(ParseResult parsed)
    {
        var environment = AmendEnvironment.Of(parsed);
        var options = _guard.Read(parsed) with { Home = environment.Home, Load = GlobalOptions.LoadOptions(parsed) };
        return new ServerSetup([.. parsed.GetValue(_models)!.Select(model => ToServe(environment, model))], options);
    }

    private static ModelToServe ToServe(AmendEnvironment environment, string text)
    {
        var parts = text.Split('=', 2);
        var model = parts[^1];
        var path = environment.Models.Find(model);
        return new ModelToServe(parts.Length > 1 ? parts[0] : Path.GetFileName(path.TrimEnd(Path.DirectorySeparatorChar)), path);
    }
}
