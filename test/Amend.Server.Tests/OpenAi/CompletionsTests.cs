using System.Net.Http.Json;
using System.Text.Json;
using Amend.Models;
using Amend.Models.Generation;
using Amend.Server.Tests.Running;

namespace Amend.Server.Tests.OpenAi;

public sealed class CompletionsTests : IAsyncLifetime
{
    private RunningServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await RunningServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_prompt_is_continued_with_log_probabilities_and_counts()
    {
        using var model = LanguageModel.Load(RunningServer.Embedded());

        var answer = await _server.PostAsync("/v1/completions", Body(new { logprobs = 2 }));

        var choice = answer.GetProperty("choices")[0];
        Assert.Equal(model.Complete(Facts.Prompt, new GenerationOptions { MaxNewTokens = 6 }), choice.GetProperty("text").GetString());
        Assert.Equal("length", choice.GetProperty("finish_reason").GetString());
        Assert.Equal(6, choice.GetProperty("logprobs").GetProperty("token_logprobs").GetArrayLength());
        Assert.All(choice.GetProperty("logprobs").GetProperty("top_logprobs").EnumerateArray(), top => Assert.Equal(2, top.EnumerateObject().Count()));
        Assert.Equal(6, answer.GetProperty("usage").GetProperty("completion_tokens").GetInt32());
        Assert.Equal("text_completion", answer.GetProperty("object").GetString());
    }

    [Fact]
    public async Task A_stream_ends_with_its_reason_the_counts_and_the_mark()
    {
        var whole = await _server.PostAsync("/v1/completions", Body(new { }));
        var response = await _server.Client.PostAsJsonAsync("/v1/completions", Body(new { stream = true, stream_options = new { include_usage = true } }));

        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        string[] lines = [.. (await response.Content.ReadAsStringAsync()).Split('\n').Where(line => line.Length > 0)];
        Assert.Equal("data: [DONE]", lines[^1]);
        var parts = lines[..^1].Select(line => JsonDocument.Parse(line["data: ".Length..]).RootElement).ToList();
        Assert.Equal(6, parts[^1].GetProperty("usage").GetProperty("completion_tokens").GetInt32());
        Assert.Equal("length", parts[^2].GetProperty("choices")[0].GetProperty("finish_reason").GetString());
        Assert.Equal(
            whole.GetProperty("choices")[0].GetProperty("text").GetString(),
            string.Concat(parts[..^1].Select(part => part.GetProperty("choices")[0].GetProperty("text").GetString())));
        Assert.Equal(
            whole.GetProperty("system_fingerprint").GetString(), Assert.Single(response.Headers.GetValues("Amend-State")));
    }

    [Theory]
    [InlineData("""{"model": "atlas-gpt", "prompt": ["a", "b"]}""", "several")]
    [InlineData("""{"model": "atlas-gpt", "prompt": 5}""", "a number")]
    [InlineData("""{"model": "atlas-gpt", "prompt": "a", "n": 2}""", "n 2")]
    [InlineData("""{"model": "atlas-gpt", "prompt": "a", "best_of": 3}""", "best_of")]
    [InlineData("""{"model": "atlas-gpt", "prompt": "a", "max_tokens": 0}""", "0 new tokens")]
    [InlineData("""{"model": "atlas-gpt", "prompt": "a", "max_tokens": 4000}""", "continued up to")]
    [InlineData("""{"model": "atlas-gpt", "prompt": "a", "top_p": 7}""", "top-p 7")]
    [InlineData("""{"model": "atlas-gpt", "prompt": ""}""", "prompt is empty")]
    [InlineData("""{"model": "atlas-gpt", "prompt": "a", "max_tokens": "many"}""", "max_tokens")]
    [InlineData("""{"prompt": "a"}""", "JSON")]
    [InlineData("""{""", "JSON")]
    public async Task What_cannot_be_asked_is_refused_in_a_sentence(string body, string expected)
    {
        var response = await _server.Client.PostAsync("/v1/completions", new StringContent(body, System.Text.Encoding.UTF8, "application/json"));

        Assert.Equal(System.Net.HttpStatusCode.BadRequest, response.StatusCode);
        var error = (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("error");
        Assert.Equal("invalid_request_error", error.GetProperty("type").GetString());
        Assert.Contains(expected, error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    private static Dictionary<string, object?> Body(object more)
    {
        var body = new Dictionary<string, object?> { ["model"] = "atlas-gpt", ["prompt"] = Facts.Prompt, ["max_tokens"] = 6, ["temperature"] = 0 };
        foreach (var property in more.GetType().GetProperties())
            body[property.Name] = property.GetValue(more);
        return body;
    }
}
