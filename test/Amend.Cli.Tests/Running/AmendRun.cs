using System.Text.Json;

namespace Amend.Cli.Tests.Running;

/// <summary>What a finished <c>amend</c> returned and printed.</summary>
/// <param name="CommandLine">What was run, for messages.</param>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">Its standard output.</param>
/// <param name="Error">Its standard error.</param>
internal sealed record AmendRun(string CommandLine, int ExitCode, string Output, string Error)
{
    /// <summary>A run; fails where it printed a stack trace.</summary>
    public static AmendRun Of(IEnumerable<string> args, int exitCode, string output, string error)
    {
        Assert.DoesNotContain("   at ", error);
        Assert.DoesNotContain("Unhandled exception", error);
        return new AmendRun(CommandLineOf(args), exitCode, output, error);
    }

    /// <summary>A command line as it is typed.</summary>
    public static string CommandLineOf(IEnumerable<string> args) => "amend " + string.Join(' ', args.Select(a => a.Contains(' ') ? $"\"{a}\"" : a));

    /// <summary>The run, if it is done; a failure with all it printed otherwise.</summary>
    public AmendRun Done()
    {
        Assert.True(ExitCode == 0, $"{CommandLine}\nexit code {ExitCode}\n{Output}\n{Error}");
        return this;
    }

    /// <summary>The edit that <c>amend edit --json</c> kept, the only one.</summary>
    public JsonElement Edit() => Assert.Single(Json().GetProperty("edits").EnumerateArray());

    /// <summary>The one JSON document that standard output is; anything beside it fails.</summary>
    public JsonElement Json()
    {
        Done();
        using var document = JsonDocument.Parse(Output);
        return document.RootElement.Clone();
    }
}
