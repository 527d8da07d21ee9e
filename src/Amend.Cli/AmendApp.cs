using System.CommandLine;
using Amend.Cli.Commands;
using Amend.Cli.Commands.Atlas;
using Amend.Cli.Rendering;
using Amend.Tensors;

namespace Amend.Cli;

/// <summary>The command line: its verbs, and what failures become for the person who typed them.</summary>
internal static class AmendApp
{
    private static readonly ICliCommand[] Verbs =
    [
        new DemoCommand(),
        new ModelsCommand(),
        new AskCommand(),
        new EditCommand(),
        new EditsCommand(),
        new ShowCommand(),
        new RevertCommand(),
        new EvalCommand(),
        new StatsCommand(),
        new AtlasCommand(),
        new DoctorCommand(),
    ];

    /// <summary>Runs a command line and returns its exit code.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("Find where a language model keeps a fact, change it, prove the change, take it back.");
        foreach (var option in GlobalOptions.All)
            root.Options.Add(option);
        foreach (var verb in Verbs)
            root.Subcommands.Add(verb.Build());
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
            return Refuse($"{parsed.Errors[0].Message} Try: {CommandPath(parsed)} --help", ExitCode.Usage);
        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false }).ConfigureAwait(false);
        }
        catch (Exception e) when (!parsed.GetValue(GlobalOptions.Verbose))
        {
            return e switch
            {
                AmendException or IOException or UnauthorizedAccessException => Refuse(e.Message, ExitCode.Data),
                ArithmeticException => Refuse(e.Message, ExitCode.Numeric),
                OperationCanceledException => Refuse("stopped.", ExitCode.Cancelled),
                _ => Refuse($"an unexpected {e.GetType().Name}: {e.Message.Split('\n')[0]} Run again with --verbose and report what it prints.", ExitCode.Data),
            };
        }
    }

    private static int Refuse(string sentence, int code)
    {
        Messages.Error(sentence);
        return code;
    }

    private static string CommandPath(ParseResult parsed)
    {
        var names = new Stack<string>();
        for (var result = parsed.CommandResult; result is not null; result = result.Parent as System.CommandLine.Parsing.CommandResult)
            names.Push(result.Command is RootCommand ? "amend" : result.Command.Name);
        return string.Join(' ', names);
    }
}
