using System.Diagnostics;

namespace Amend.Packages.Tests;

/// <summary>Runs programs in a folder.</summary>
internal sealed class Shell
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    private readonly string _folder;

    /// <summary>Creates a shell.</summary>
    /// <param name="folder">Where programs run.</param>
    public Shell(string folder) => _folder = folder;

    /// <summary>More of the environment. What would go on after the program's end, with its outputs, is off.</summary>
    public Dictionary<string, string> Variables { get; } = new()
    {
        ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
        ["DOTNET_NOLOGO"] = "1",
        ["MSBUILDDISABLENODEREUSE"] = "1",
        ["UseSharedCompilation"] = "false",
    };

    /// <summary>A shell whose programs have nothing of the user's: home, packages and edits are below the folder.</summary>
    public static Shell Apart(string folder) => new(folder)
    {
        Variables =
        {
            ["NUGET_PACKAGES"] = CacheOf(folder),
            ["DOTNET_CLI_HOME"] = Path.Combine(folder, "home"),
            ["AMEND_HOME"] = Path.Combine(folder, "amend-home"),
        },
    };

    /// <summary>Where what is taken from a source of packages is unpacked for a folder's programs.</summary>
    public static string CacheOf(string folder) => Path.Combine(folder, "cache");

    /// <summary>Runs a program that must succeed, and gives its output.</summary>
    public async Task<string> DoAsync(string program, params string[] args)
    {
        var (code, output, error) = await RunAsync(program, args);
        Assert.True(code == 0, $"{program} {string.Join(' ', args)}\nended with {code}:\n{output}\n{error}");
        return output;
    }

    /// <summary>Runs a program to its end; one that takes too long is killed.</summary>
    public async Task<(int ExitCode, string Output, string Error)> RunAsync(string program, params string[] args)
    {
        using var process = Process.Start(StartOf(program, args))!;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        stop.CancelAfter(Patience);
        try
        {
            var (output, error) = (process.StandardOutput.ReadToEndAsync(stop.Token), process.StandardError.ReadToEndAsync(stop.Token));
            await process.WaitForExitAsync(stop.Token);
            return (process.ExitCode, await output, await error);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    private ProcessStartInfo StartOf(string program, string[] args)
    {
        var start = new ProcessStartInfo(program, args) { WorkingDirectory = _folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var name in Environment.GetEnvironmentVariables().Keys.Cast<string>())
        {
            if (name.StartsWith("MSBuild", StringComparison.OrdinalIgnoreCase))
                start.Environment.Remove(name);
        }

        foreach (var (name, value) in Variables)
            start.Environment[name] = value;
        return start;
    }
}
