using Amend.Cli.Tests.Running;

namespace Amend.Cli.Tests;

/// <summary>The samples run as they stand, and print what their READMEs say.</summary>
public sealed class SamplesTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string Home => _folder.File("home");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_agent_asks_tries_keeps_and_takes_back()
    {
        var run = new AmendProcess(Home).RunProgram("AgentClient", AmendProcess.CommandLine("mcp", Facts.Model, "--role", "edit", "--threads", "1")).Done();

        Assert.Equal(
            ["before: Paris", "preview: 1 of 1 facts would be given", "after: Rome", "taken back: Paris"],
            run.Output.TrimEnd().Split('\n').Skip(1).Select(line => line.TrimEnd()));
    }

    [Fact]
    public void An_app_corrects_a_fact_and_chats_on()
    {
        var run = new AmendProcess(Home).RunProgram("ChatApp", Facts.Model).Done();

        var lines = run.Output.TrimEnd().Split('\n').Select(line => line.TrimEnd().Split(" (")).ToList();
        Assert.Equal(["before: Paris", "after: Rome", "taken back: Paris"], lines.Select(line => line[0]));
        Assert.Equal(lines[0][1], lines[2][1]);
        Assert.NotEqual(lines[0][1], lines[1][1]);
    }

    [Fact]
    public async Task OpenAIs_client_asks_a_model_with_and_without_its_edits()
    {
        using var folder = new ChatFolder();
        using var server = new ServingProcess(Home, $"chat={folder.Path}");
        await server.EditAsync(new { facts = new[] { new { prompt = "{} is in", subject = "The Eiffel Tower", target_new = "Rome" } } }, "chat");

        var run = new AmendProcess(Home).RunProgram("OpenAiClient", server.Client.BaseAddress!.ToString(), "chat", Facts.TowerPrompt).Done();

        var lines = run.Output.TrimEnd().Split('\n');
        Assert.StartsWith("chat@base: Paris", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("chat: Rome", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void OpenAIs_client_says_what_it_needs()
    {
        var run = new AmendProcess(Home).RunProgram("OpenAiClient");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("Give the server's address", run.Error, StringComparison.Ordinal);
    }
}
