using System.Diagnostics;

namespace Amend.Cluster.Tests;

/// <summary>Processes of <c>amend</c>, each held to one thread, in a home of the tests' own.</summary>
/// <param name="home">What AMEND_HOME is set to.</param>
internal sealed class Amends(string home) : IDisposable
{
    /// <summary>How long a run of these tests may take.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private readonly List<Process> _started = [];

    /// <summary>Starts a process.</summary>
    public Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "amend.dll"), .. arguments, "--threads", "1"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["AMEND_HOME"] = home;
        var process = Process.Start(start)!;
        lock (_started)
            _started.Add(process);
        return process;
    }

    /// <summary>Runs a process to its end.</summary>
    /// <returns>Its exit code and both outputs.</returns>
    public (int Code, string Output, string Error) Run(params string[] arguments) => Finish(Start(arguments));

    /// <summary>Waits for the end of a process.</summary>
    public static (int Code, string Output, string Error) Finish(Process process)
    {
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        if (!process.WaitForExit(Patience))
        {
            process.Kill();
            Assert.Fail($"amend {string.Join(' ', process.StartInfo.ArgumentList.Skip(1))} did not end in {Patience.TotalMinutes} minutes\n{error.Result}");
        }

        return (process.ExitCode, output.Result, error.Result);
    }

    /// <summary>Ends what still runs.</summary>
    public void Dispose()
    {
        foreach (var process in _started)
        {
            if (!process.HasExited)
                process.Kill();
            process.Dispose();
        }
    }
}
