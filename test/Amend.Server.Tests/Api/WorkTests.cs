using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Amend.Editing.Governance;
using Amend.Editing.Statistics;
using Amend.Server.Tests.Running;

namespace Amend.Server.Tests.Api;

public sealed class WorkTests
{
    [Fact]
    public async Task Statistics_are_collected_from_a_text_of_a_readable_folder_and_found_afterwards()
    {
        using var tiny = new TinyModelFolder();
        using var texts = new TempFolder();
        texts.Write("text.txt", System.Text.Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Repeat("The Eiffel Tower is in Rome and the Space Needle is in Goa", 20))));
        await using var server = await RunningServer.StartAsync(settings: new() { ["Readable:0"] = texts.Path }, models: new ModelToServe("tiny", tiny.Path));
        Assert.Empty((await server.GetAsync("/api/models/tiny/statistics")).GetProperty("statistics").EnumerateArray());

        var collected = await server.WorkAsync("/api/models/tiny/statistics", new { layers = new[] { 1, 2 }, texts = new[] { "text.txt" } });

        Assert.Equal(
            typeof(CollectedStatistics).GetProperties().Select(member => JsonNamingPolicy.SnakeCaseLower.ConvertName(member.Name)).Order(),
            collected.EnumerateObject().Select(member => member.Name).Order());
        Assert.False(collected.GetProperty("stopped").GetBoolean());
        Assert.Equal(2, collected.GetProperty("layers").GetArrayLength());
        Assert.Equal(2, (await server.GetAsync("/api/models/tiny/statistics")).GetProperty("statistics").GetArrayLength());
        var line = JsonDocument.Parse(Assert.Single(File.ReadAllLines(Path.Combine(server.Home.Server, "audit.jsonl")))).RootElement;
        Assert.Equal(("statistics", "done"), (line.GetProperty("action").GetString(), line.GetProperty("outcome").GetString()));
    }

    [Fact]
    public async Task What_the_guard_refuses_is_told_by_a_preview_and_kept_by_nothing()
    {
        await using var server = await RunningServer.StartAsync(guard: GuardLimits.Parse("write=0.0001"));

        var preview = await server.WorkAsync("/api/models/atlas-gpt/previews", Facts.Edit());
        Assert.NotEqual(JsonValueKind.Null, preview.GetProperty("guard").ValueKind);
        var sentence = preview.GetProperty("refused").GetString()!;
        await AssertRefusedAsync(
            await server.Client.PostAsJsonAsync($"/api/models/atlas-gpt/previews/{preview.GetProperty("id").GetString()}/commit", new { }), sentence);
        var job = (await server.PostAsync("/api/models/atlas-gpt/edits", Facts.Edit())).GetProperty("id").GetString();
        await server.Client.GetStringAsync($"/api/jobs/{job}/events");
        await AssertRefusedAsync(await server.Client.GetAsync($"/api/jobs/{job}/result"), sentence);

        Assert.Empty((await server.GetAsync("/api/models/atlas-gpt/edits")).GetProperty("edits").EnumerateArray());
        Assert.Equal(
            ["commit", "edit"],
            File.ReadAllLines(Path.Combine(server.Home.Server, "audit.jsonl")).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("action").GetString()));
    }

    private static async Task AssertRefusedAsync(HttpResponseMessage response, string sentence)
    {
        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(("refused_by_guard", sentence), (problem.GetProperty("title").GetString(), problem.GetProperty("detail").GetString()));
    }
}
