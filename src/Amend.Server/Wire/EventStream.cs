using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Amend.Server.Wire;

/// <summary>Server-sent events, as they happen.</summary>
/// <param name="response">The answer, of which nothing was written yet.</param>
/// <param name="stop">Ends the writing.</param>
internal sealed class EventStream(HttpResponse response, CancellationToken stop)
{
    /// <summary>Writes an event and sends it.</summary>
    /// <param name="data">What it says, as one JSON document.</param>
    /// <param name="name">Its name; none when null.</param>
    public Task WriteAsync<T>(T data, string? name = null) => WriteTextAsync(JsonSerializer.Serialize(data, WireJson.Options), name);

    /// <summary>Writes an event of a text without line breaks and sends it.</summary>
    public async Task WriteTextAsync(string data, string? name = null)
    {
        if (!response.HasStarted)
        {
            response.ContentType = "text/event-stream";
            response.Headers.CacheControl = "no-store";
        }

        await response.WriteAsync($"{(name is null ? "" : $"event: {name}\n")}data: {data}\n\n", stop).ConfigureAwait(false);
        await response.Body.FlushAsync(stop).ConfigureAwait(false);
    }
}
