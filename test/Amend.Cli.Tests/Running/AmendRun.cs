using System.Text.Json;

namespace Amend.Cli.Tests.Running;

/// <summary>What a finished <c>amend</c> process returned and printed.</summary>
/// <param name="CommandLine">What was run, for messages.</param>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">Its standard output.</param>
/// <param name="Error">Its standard error.</param>
internal sealed record AmendRun(string CommandLine, int ExitCode, string Output, string Error)
{
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
