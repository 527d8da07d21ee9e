using System.Collections.Concurrent;
using System.Text;
using Amend.Server.Tests.Running;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Amend.Server.Tests.Observing;

/// <summary>What a server exports, as a collector of OpenTelemetry's protocol takes it.</summary>
public sealed class TelemetryTests
{
    [Fact]
    public async Task Metrics_and_traces_of_a_text_reach_the_collector_and_have_nothing_of_the_prompt()
    {
        using var tiny = new TinyModelFolder();
        await using var collector = await Collector.StartAsync();
        await using (var server = await RunningServer.StartAsync(configure: collector.Name, models: new ModelToServe("tiny", tiny.Path)))
        {
            await server.PostAsync("/v1/completions", new { model = "tiny", prompt = "The Eiffel Tower is in", max_tokens = 3, temperature = 0 });
        }

        // A server that stops has sent what it had.
        string[] metrics = ["gen_ai.server.request.duration", "gen_ai.server.time_to_first_token", "gen_ai.client.token.usage", "amend.texts.generating", "text_completion"];
        Assert.All(metrics, name => Assert.True(collector.Has("/v1/metrics", name), name));
        string[] traces = ["text_completion tiny", "gen_ai.usage.output_tokens", "gen_ai.response.model", "amend-"];
        Assert.All(traces, name => Assert.True(collector.Has("/v1/traces", name), name));
        Assert.False(collector.Has("", "Eiffel"));
    }

    /// <summary>Takes what is sent to it.</summary>
    private sealed class Collector : IAsyncDisposable
    {
        private readonly ConcurrentBag<(string Path, string Body)> _taken = [];
        private readonly WebApplication _app;

        private Collector()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            _app = builder.Build();
            _app.MapPost("/{**path}", async (HttpContext context) =>
            {
                using var body = new MemoryStream();
                await context.Request.Body.CopyToAsync(body);
                _taken.Add((context.Request.Path, Encoding.Latin1.GetString(body.ToArray())));
            });
        }

        public static async Task<Collector> StartAsync()
        {
            var collector = new Collector();
            await collector._app.StartAsync();
            return collector;
        }

        /// <summary>Names the collector to a server.</summary>
        public void Name(WebApplicationBuilder builder)
        {
            builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] = _app.Urls.Single();
            builder.Configuration["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf";
        }

        /// <summary>Whether something that was sent to a path has a text.</summary>
        public bool Has(string path, string text) =>
            _taken.Any(one => one.Path.StartsWith(path, StringComparison.Ordinal) && one.Body.Contains(text, StringComparison.Ordinal));

        public ValueTask DisposeAsync() => _app.DisposeAsync();
    }
}
