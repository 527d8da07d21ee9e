using System.Diagnostics;

namespace Amend.Cli.Tests.Running;

/// <summary>Runs <c>amend</c> as users do: a process of its own, with a home of its own.</summary>
internal sealed class AmendProcess
{
    /// <summary>How long a command line may take.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly string Dotnet = Path.GetFullPath(Path.Combine(
        Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));

    private readonly string _home;

    /// <summary>Creates a runner.</summary>
    /// <param name="home">What AMEND_HOME is set to; need not exist.</param>
    public AmendProcess(string home) => _home = home;

    /// <summary>More of the environment.</summary>
    public Dictionary<string, string> Environment { get; } = [];

    /// <summary>Runs another program of this build to its end.</summary>
    /// <param name="assembly">The name of its project.</param>
    /// <param name="args">The arguments.</param>
    public AmendRun RunProgram(string assembly, params string[] args)
    {
        var built = new DirectoryInfo(AppContext.BaseDirectory);
        using var process = Start(Dotnet, [Path.Combine(built.Parent!.Parent!.FullName, assembly, built.Name, $"{assembly}.dll"), .. args]);
        process.StandardInput.Close();
        return Finish(process);
    }

    /// <summary>The command line of the program with some arguments, for who starts it.</summary>
    public static string[] CommandLine(params string[] args) => [Dotnet, Program, .. args];

    /// <summary>Runs to the end.</summary>
    public AmendRun Run(params string[] args)
    {
        using var process = Start(args);
        return Finish(process);
    }

    /// <summary>Runs to the end in a shell that redirects its outputs.</summary>
    /// <param name="redirection">As the shell writes it, such as <c>&gt;/dev/full</c>.</param>
    /// <param name="args">The arguments.</param>
    public AmendRun RunRedirected(string redirection, params string[] args)
    {
        using var process = Start("sh", ["-c", $"exec \"$0\" \"$@\" {redirection}", Dotnet, Program, .. args]);
        process.StandardInput.Close();
        return Finish(process);
    }

    /// <summary>Starts, with both outputs redirected.</summary>
    public Process Start(params string[] args)
    {
        var process = StartListening(args);
        process.StandardInput.Close();
        return process;
    }

    /// <summary>Starts, with both outputs redirected and the input open.</summary>
    public Process StartListening(params string[] args) => Start(Dotnet, [Program, .. args]);

    /// <summary>Starts a process that runs no command line of its own and takes turns.</summary>
    public static Process StartTurns()
    {
        var amend = new AmendProcess("");
        amend.Environment["DOTNET_STARTUP_HOOKS"] = typeof(StartupHook).Assembly.Location;
        amend.Environment[TurnHost.Variable] = "1";
        return amend.Start(Dotnet, [Program]);
    }

    private static string Program => Path.Combine(AppContext.BaseDirectory, "amend.dll");

    private Process Start(string program, string[] args)
    {
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
        };
        foreach (var arg in args)
            start.ArgumentList.Add(arg);
        start.Environment["AMEND_HOME"] = _home;
        foreach (var (name, value) in Environment)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    /// <summary>Waits for the end; kills and fails what takes too long, and what prints a stack trace.</summary>
    public static AmendRun Finish(Process process)
    {
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        var args = process.StartInfo.ArgumentList.Skip(1);
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{AmendRun.CommandLineOf(args)}\ndid not end within {Patience.TotalSeconds:F0} s");
        }

        return AmendRun.Of(args, process.ExitCode, output.GetAwaiter().GetResult(), error.GetAwaiter().GetResult());
    }
}
