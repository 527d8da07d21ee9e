using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Amend.Editing.Sessions;
using Amend.Server.Tests.Running;

namespace Amend.Server.Tests.Api;

public sealed class EditsTests : IAsyncLifetime
{
    private RunningServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await RunningServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task The_whole_way_from_a_question_over_a_preview_to_an_edit_and_back()
    {
        var before = await StateAsync();
        var said = await AskAsync();

        var preview = await _server.WorkAsync("/api/models/atlas-gpt/previews", Facts.Edit());
        Assert.Equal(before, await StateAsync());
        Assert.True(preview.GetProperty("check").GetProperty("given").GetInt32() == 1, preview.ToString());
        Assert.NotEmpty(preview.GetProperty("answers").GetProperty("paraphrases").EnumerateArray());

        var outcome = await _server.PostAsync($"/api/models/atlas-gpt/previews/{preview.GetProperty("id")}/commit", new { });
        var id = outcome.GetProperty("edits")[0].GetProperty("id").GetString()!;
        Assert.Equal(preview.GetProperty("edits")[0].GetProperty("id").GetString(), id);
        Assert.StartsWith(" Rome", await AskAsync(), StringComparison.Ordinal);
        Assert.Equal(said, await AskAsync("base"));
        Assert.StartsWith(" Rome", await CompleteAsync($"atlas-gpt@{id[..6]}"), StringComparison.Ordinal);
        Assert.Equal(said, await CompleteAsync("atlas-gpt@base"));
        var check = await _server.PostAsync("/api/models/atlas-gpt/targets", new { facts = new[] { Facts.Tower() } });
        Assert.Equal((0, 1), (check.GetProperty("given_before").GetInt32(), check.GetProperty("given").GetInt32()));

        var listed = (await _server.GetAsync("/api/models/atlas-gpt/edits")).GetProperty("edits")[0];
        Assert.Equal((id, "applied"), (listed.GetProperty("id").GetString(), listed.GetProperty("state").GetString()));
        Assert.Equal(id, (await _server.GetAsync($"/api/models/atlas-gpt/edits/{id[..5]}")).GetProperty("id").GetString());
        var reverted = await _server.PostAsync($"/api/models/atlas-gpt/edits/{id}/revert", new { });
        Assert.Equal(id, reverted.GetProperty("reverted")[0].GetString());
        Assert.Equal(before, await StateAsync());
        Assert.Equal(said, await AskAsync());
        Assert.StartsWith(" Rome", await AskAsync(id), StringComparison.Ordinal);
        await AssertAuditAsync("commit", "revert");
    }

    [Fact]
    public async Task An_edit_is_a_job_whose_result_is_what_the_command_line_prints_and_a_second_one_takes_its_place()
    {
        var first = await _server.WorkAsync("/api/models/atlas-gpt/edits", Facts.Edit());
        var id = first.GetProperty("edits")[0].GetProperty("id").GetString();

        var second = await _server.WorkAsync("/api/models/atlas-gpt/edits", Facts.Edit("Berlin", replace: true));

        Assert.Equal(id, second.GetProperty("superseded")[0].GetProperty("id").GetString());
        Assert.True(second.GetProperty("superseded")[0].GetProperty("replaced").GetBoolean());
        Assert.StartsWith(" Berlin", await AskAsync(), StringComparison.Ordinal);
        Assert.Equal(
            typeof(EditOutcome).GetProperties().Select(member => JsonNamingPolicy.SnakeCaseLower.ConvertName(member.Name)).Order(),
            second.EnumerateObject().Select(member => member.Name).Order());
        Assert.Empty((await _server.PostAsync("/api/models/atlas-gpt/revert", new { })).GetProperty("applied").EnumerateArray());
    }

    [Fact]
    public async Task A_job_tells_what_happens_and_ends_where_it_is_asked_to()
    {
        var response = await _server.Client.PostAsJsonAsync("/api/models/atlas-gpt/edits", Facts.Edit());
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        var job = response.Headers.Location!.ToString();
        Assert.Equal(HttpStatusCode.OK, (await _server.Client.DeleteAsync(job)).StatusCode);

        var events = await _server.Client.GetStringAsync($"{job}/events");

        Assert.Contains("event: end", events, StringComparison.Ordinal);
        var status = (await _server.GetAsync(job)).GetProperty("status").GetString();
        Assert.Contains(status, (string[])["cancelled", "done"]);
        var applied = (await _server.GetAsync("/api/models/atlas-gpt")).GetProperty("state").GetProperty("edits").GetArrayLength();
        Assert.Equal(status == "done" ? 1 : 0, applied);
        if (status == "cancelled")
            Assert.Equal(HttpStatusCode.Conflict, (await _server.Client.GetAsync($"{job}/result")).StatusCode);
    }

    [Fact]
    public async Task A_trace_an_evaluation_an_export_and_the_statistics_are_those_of_the_library()
    {
        var trace = await _server.WorkAsync("/api/models/atlas-gpt/traces", new { prompt = Facts.Prompt, subject = "The Eiffel Tower", kinds = new[] { "mlp" }, samples = 2 });
        Assert.Equal(await StateAsync(), trace.GetProperty("state").GetProperty("fingerprint").GetString());
        Assert.True(trace.GetProperty("trace").EnumerateObject().Count() > 3);

        var report = await _server.WorkAsync("/api/models/atlas-gpt/evaluations", new { suite = "atlas-counterfact", editors = "none", cases = 2 });
        Assert.Equal("none", report.GetProperty("rows")[0].GetProperty("editor").GetString());

        await _server.WorkAsync("/api/models/atlas-gpt/edits", Facts.Edit());
        var check = await _server.WorkAsync("/api/models/atlas-gpt/checks", new { gate = "plain: { prompts: 1 }" });
        Assert.Equal(JsonValueKind.Object, check.GetProperty("check").ValueKind);
        Assert.Equal("of the request", check.GetProperty("gate").GetProperty("gate").GetString());
        var exported = await _server.WorkAsync("/api/models/atlas-gpt/exports", new { form = "lora", name = "tower" });
        Assert.StartsWith(_server.Home.Exports, exported.GetProperty("path").GetString(), StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(_server.Home.Exports, "tower", "adapter_model.safetensors")));
        Assert.NotEmpty((await _server.GetAsync("/api/models/atlas-gpt/statistics")).GetProperty("statistics").EnumerateArray());
    }

    [Fact]
    public async Task The_document_names_every_path_and_has_examples()
    {
        var document = await _server.GetAsync("/openapi/v1.json");

        string[] paths = ["/v1/chat/completions", "/api/models/{model}/edits", "/api/models/{model}/previews/{id}/commit", "/api/jobs/{id}/events"];
        Assert.All(paths, path => Assert.True(document.GetProperty("paths").TryGetProperty(path, out _), path));
        Assert.True(document.GetProperty("components").GetProperty("schemas").GetProperty("EditBody").TryGetProperty("examples", out _));
        Assert.Contains("openapi/v1.json", await _server.Client.GetStringAsync("/docs/"), StringComparison.Ordinal);
        Assert.Equal("Healthy", await _server.Client.GetStringAsync("/health/ready"));
        Assert.Equal("Healthy", await _server.Client.GetStringAsync("/health/live"));
    }

    private async Task<string?> StateAsync() =>
        (await _server.GetAsync("/api/models/atlas-gpt")).GetProperty("state").GetProperty("fingerprint").GetString();

    private async Task<string?> AskAsync(string? at = null) =>
        (await _server.PostAsync("/api/models/atlas-gpt/ask", new { prompt = Facts.Prompt, at, tokens = 5 })).GetProperty("completion").GetString();

    private async Task<string?> CompleteAsync(string model) =>
        (await _server.PostAsync("/v1/completions", new { model, prompt = Facts.Prompt, max_tokens = 5, temperature = 0 }))
            .GetProperty("choices")[0].GetProperty("text").GetString();

    private async Task AssertAuditAsync(params string[] actions)
    {
        var lines = await File.ReadAllLinesAsync(Path.Combine(_server.Home.Server, "audit.jsonl"));
        var entries = lines.Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(actions, entries.Select(entry => entry.GetProperty("action").GetString()));
        Assert.All(entries, entry => Assert.Equal(("owner", "done"), (entry.GetProperty("who").GetString(), entry.GetProperty("outcome").GetString())));
    }
}
