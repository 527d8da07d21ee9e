using System.Diagnostics;
using System.Text.Json;
using Amend.Cli.Tests.Running;

namespace Amend.Cli.Tests;

/// <summary><c>amend mcp</c> as agents start it: a process of its own, spoken to over its input and output.</summary>
public sealed class McpTests : IDisposable
{
    private const string Hello = """
        {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}}
        """;

    private readonly TempFolder _folder = new();

    private string Home => _folder.File("home");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_output_has_the_protocol_alone_and_the_process_ends_with_its_input()
    {
        var answers = Speak(
            ["mcp", Facts.Model, "--threads", "1"],
            Hello,
            """{"jsonrpc": "2.0", "method": "notifications/initialized"}""",
            """{"jsonrpc": "2.0", "id": 2, "method": "tools/list"}""",
            """{"jsonrpc": "2.0", "id": 3, "method": "tools/call", "params": {"name": "ask", "arguments": {"prompt": "PROMPT"}}}""".Replace("PROMPT", Facts.TowerPrompt, StringComparison.Ordinal),
            """{"jsonrpc": "2.0", "id": 4, "method": "tools/call", "params": {"name": "revert", "arguments": {"all": true}}}""");

        Assert.Equal("amend", answers[1].GetProperty("result").GetProperty("serverInfo").GetProperty("name").GetString());
        Assert.Equal(
            ["models", "ask", "trace", "list", "show"],
            answers[2].GetProperty("result").GetProperty("tools").EnumerateArray().Select(tool => tool.GetProperty("name").GetString()));
        var asked = new AmendProcess(Home).Run("ask", Facts.Model, Facts.TowerPrompt, "--threads", "1", "--json").Json();
        var answered = answers[3].GetProperty("result").GetProperty("structuredContent");
        Assert.True(JsonElement.DeepEquals(asked, answered), answered.ToString());
        Assert.Equal(
            "The role here is ask, and 'revert' needs edit; ask with another role.",
            answers[4].GetProperty("result").GetProperty("content")[0].GetProperty("text").GetString());
    }

    [Fact]
    public void It_stops_when_it_is_told()
    {
        using var process = new AmendProcess(Home).StartListening("mcp", Facts.Model, "--threads", "1");
        process.StandardInput.WriteLine(Hello.Trim());
        Assert.NotNull(process.StandardOutput.ReadLine());

        Process.Start("kill", ["-TERM", $"{process.Id}"])!.WaitForExit();

        Assert.Equal(0, AmendProcess.Finish(process).ExitCode);
    }

    [Theory]
    [InlineData(1, "--role nobody was asked; give ask, edit or admin.", "mcp", Facts.Model, "--role", "nobody")]
    [InlineData(1, "--json was given to mcp", "mcp", Facts.Model, "--json")]
    [InlineData(2, "no-such-model", "mcp", "no-such-model")]
    public void What_cannot_be_served_is_refused(int code, string expected, params string[] args)
    {
        var run = new AmendProcess(Home).Run(args);

        Assert.Equal((code, ""), (run.ExitCode, run.Output));
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
    }

    /// <summary>Says lines, closes the input after the last answer, and gives the answers by their ids.</summary>
    private Dictionary<int, JsonElement> Speak(string[] args, params string[] lines)
    {
        using var process = new AmendProcess(Home).StartListening(args);
        foreach (var line in lines)
            process.StandardInput.WriteLine(line.Trim());
        var answers = new Dictionary<int, JsonElement>();
        while (answers.Count < lines.Count(line => line.Contains("\"id\"", StringComparison.Ordinal)) && process.StandardOutput.ReadLine() is { } told)
        {
            var answer = JsonDocument.Parse(told).RootElement;
            Assert.Equal("2.0", answer.GetProperty("jsonrpc").GetString());
            answers[answer.GetProperty("id").GetInt32()] = answer;
        }

        process.StandardInput.Close();
        var run = AmendProcess.Finish(process);
        Assert.Equal((0, ""), (run.ExitCode, run.Output));
        return answers;
    }
}
