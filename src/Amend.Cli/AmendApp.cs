using System.CommandLine;
using Amend.Cli.CommandLine;
using Amend.Cli.Commands;
using Amend.Cli.Commands.Atlas;
using Amend.Cli.Commands.Cluster;
using Amend.Cli.Commands.Networks;
using Amend.Cli.Commands.Serving;
using Amend.Cli.Commands.Stats;
using Amend.Cli.Commands.Train;
using Amend.Cli.Rendering;
using Amend.Editing.Governance;
using Amend.Shipping.Gates;
using Amend.Tensors;

namespace Amend.Cli;

/// <summary>The command line: its verbs, and what failures become for the person who typed them.</summary>
internal static class AmendApp
{
    /// <summary>How long a stopped verb may take to save what it has.</summary>
    private static readonly TimeSpan TimeToStop = TimeSpan.FromSeconds(30);

    /// <summary>The verbs, made where failures are told: some name what only the loaded library knows.</summary>
    private static ICliCommand[] Verbs() =>
    [
        new DemoCommand(),
        new ModelsCommand(),
        new EditorsCommand(),
        new AskCommand(),
        new TraceCommand(),
        new EditCommand(),
        new EditsCommand(),
        new ShowCommand(),
        new RevertCommand(),
        new CheckCommand(),
        new LogCommand(),
        new DiffCommand(),
        new ExportCommand(),
        new ImportCommand(),
        new AuditCommand(),
        new ServeCommand(),
        new McpCommand(),
        new KeysCommand(),
        new EvalCommand(),
        new CompareCommand(),
        new WorkCommand(),
        new RunsCommand(),
        new StatsCommand(),
        new TrainNetworkCommand(),
        new NetworksCommand(),
        new AtlasCommand(),
        new DoctorCommand(),
    ];

    /// <summary>Runs a command line and returns its exit code.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        Console.SetError(new MessageWriter(Console.Error));
        Terminal.Begin();
        try
        {
            var parsed = Root().Parse(args.Length > 0 ? args : ["--help"], LiteralArguments.Parsing);
            if (parsed.Errors.Count > 0 || ParseProblem.MistypedOption(parsed) is not null)
                return Refuse(ParseProblem.Describe(parsed), ExitCode.Usage);
            var configuration = new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = TimeToStop,
            };
            return await parsed.InvokeAsync(configuration).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            var cause = e;
            while (cause is TypeInitializationException { InnerException: { } inner })
                cause = inner;
            var code = Refuse(cause);
            if (args.Contains(GlobalOptions.VerboseName))
                Messages.Progress(e.ToString());
            return code;
        }
    }

    /// <summary>All verbs, with the options that each takes.</summary>
    public static RootCommand Root()
    {
        var root = new RootCommand("Find where a language model keeps a fact, change it, prove the change, take it back.");
        foreach (var option in GlobalOptions.All)
            root.Options.Add(option);
        foreach (var verb in Verbs())
            root.Subcommands.Add(verb.Build());
        root.Directives.Clear();
        LiteralArguments.Apply(root);
        return root;
    }

    private static int Refuse(Exception cause) => cause switch
    {
        UsageException => Refuse(cause.Message, ExitCode.Usage),
        GuardException or GateException or LostEditException => Refuse(cause.Message, ExitCode.Numeric),
        AmendException => Refuse(cause.Message, ExitCode.Data),
        IOException or UnauthorizedAccessException =>
            Refuse($"{cause.Message.TrimEnd('.')}; check the path and its permissions.", ExitCode.Data),
        ArithmeticException => Refuse(cause.Message, ExitCode.Numeric),
        OperationCanceledException => Refuse("Stopped.", ExitCode.Cancelled),
        _ => Refuse(
            $"An unexpected {cause.GetType().Name} ({cause.Message.Split('\n')[0].TrimEnd('.')}); "
            + "run again with --verbose and report what it prints.", ExitCode.Data),
    };

    private static int Refuse(string sentence, int code)
    {
        Messages.Error(sentence);
        return code;
    }
}
