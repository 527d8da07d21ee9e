using System.Net.Http.Json;
using System.Text.Json;

namespace Amend.Studio.Tests.Running;

/// <summary>A desk whose model has an edit, another that was taken back, and a run that was made.</summary>
public sealed class EditedDesk(Browser browser) : Desk(browser)
{
    protected override async Task<Studio> StartAsync()
    {
        var studio = await Studio.StartAsync();
        using var client = new HttpClient { BaseAddress = new Uri(studio.Url), Timeout = TimeSpan.FromMinutes(5) };
        var first = await WorkAsync(client, "edits", new { facts = new[] { Fact("{} is in", "The Eiffel Tower", "Rome") } });
        await WorkAsync(client, "edits", new { facts = new[] { Fact("{} is in", "The Eiffel Tower", "Berlin") } });
        await WorkAsync(client, "evaluations", new { suite = "atlas-counterfact", editors = "none,rome", cases = 3 });
        var edits = (await client.GetFromJsonAsync<JsonElement>("/api/models/atlas-gpt/edits")).GetProperty("edits");
        await client.PostAsync($"/api/models/atlas-gpt/edits/{edits[1].GetProperty("id").GetString()}/revert", content: null);
        Assert.Equal(JsonValueKind.Object, first.ValueKind);
        return studio;
    }

    public static object Fact(string prompt, string subject, string target) => new { prompt, subject, target_new = target };

    /// <summary>Begins a job over HTTP, and gives what came of it.</summary>
    public static async Task<JsonElement> WorkAsync(HttpClient client, string what, object body)
    {
        var begun = await client.PostAsJsonAsync($"/api/models/atlas-gpt/{what}", body);
        var id = (await begun.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString();
        await client.GetStringAsync($"/api/jobs/{id}/events");
        var result = await client.GetAsync($"/api/jobs/{id}/result");
        var text = await result.Content.ReadAsStringAsync();
        Assert.True(result.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement;
    }
}
