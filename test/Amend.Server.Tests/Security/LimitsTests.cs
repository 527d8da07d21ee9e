using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Amend.Server.Security;
using Amend.Server.Tests.Running;

namespace Amend.Server.Tests.Security;

public sealed class LimitsTests
{
    private const int Most = 3;

    [Theory]
    [InlineData("/api/jobs", "detail")]
    [InlineData("/v1/models", "error")]
    public async Task A_key_that_asks_too_often_is_told_when_to_come_again_and_others_are_served(string path, string member)
    {
        using var tiny = new TinyModelFolder();
        var (often, seldom) = ("", "");
        await using var server = await RunningServer.StartAsync(
            home => (often, seldom) = (new KeyRing(home).Add("often", Role.Admin).Key, new KeyRing(home).Add("seldom", Role.Ask).Key),
            new() { ["RequestsPerMinute"] = $"{Most}" },
            models: new ModelToServe("tiny", tiny.Path));
        for (var i = 0; i < Most; i++)
            Assert.Equal(HttpStatusCode.OK, (await AskAsync(server, path, often)).StatusCode);

        var refused = await AskAsync(server, path, often);

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        var told = (await refused.Content.ReadFromJsonAsync<JsonElement>()).GetProperty(member);
        var sentence = member == "error" ? told.GetProperty("message") : told;
        Assert.Equal("More than 3 requests came with this key within a minute; wait before the next.", sentence.GetString());
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(server, path, seldom)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(server, "/health/live", often)).StatusCode);
    }

    private static async Task<HttpResponseMessage> AskAsync(RunningServer server, string path, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("X-Api-Key", key);
        return await server.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
