using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Amend.Server.Security;
using Amend.Server.Tests.Running;

namespace Amend.Server.Tests.Security;

/// <summary>Requests that mean harm: each is refused with a document that says why, and nothing is changed.</summary>
public sealed class HostileRequestsTests : IAsyncLifetime
{
    private const string Completions = "/v1/completions";
    private const string Chat = "/v1/chat/completions";
    private const string Edits = "/api/models/atlas-gpt/edits";
    private const string Previews = "/api/models/atlas-gpt/previews";
    private const string Evaluations = "/api/models/atlas-gpt/evaluations";
    private const string Exports = "/api/models/atlas-gpt/exports";
    private const string Statistics = "/api/models/atlas-gpt/statistics";
    private const string Targets = "/api/models/atlas-gpt/targets";
    private const string Checks = "/api/models/atlas-gpt/checks";
    private const string Ask = "/api/models/atlas-gpt/ask";
    private const string Fact = """{"prompt": "{} is in", "subject": "The Eiffel Tower", "target_new": "Rome"}""";

    private readonly Dictionary<Role, string> _keys = [];
    private RunningServer _server = null!;

    /// <summary>Method, path, body, the role of the key, and the status.</summary>
    public static TheoryData<string, string, string, Role, int> Requests => new()
    {
        // Roles.
        { "POST", Edits, $$"""{"facts": [{{Fact}}]}""", Role.Ask, 403 },
        { "POST", Previews, $$"""{"facts": [{{Fact}}]}""", Role.Ask, 403 },
        { "POST", Previews + "/0123456789ab/commit", "{}", Role.Ask, 403 },
        { "POST", "/api/models/atlas-gpt/revert", "{}", Role.Ask, 403 },
        { "POST", Edits + "/0123456789ab/revert", "{}", Role.Ask, 403 },
        { "POST", "/api/models/atlas-gpt/refresh", "{}", Role.Ask, 403 },
        { "POST", Exports, """{"form": "lora", "name": "a"}""", Role.Edit, 403 },
        { "POST", Evaluations, """{"suite": "atlas-counterfact"}""", Role.Edit, 403 },
        { "POST", Statistics, """{"layers": [1], "texts": ["a"]}""", Role.Edit, 403 },

        // Models that were not named at the start: paths, addresses, names of the hub.
        { "POST", Completions, Completion("../../etc/passwd"), Role.Ask, 404 },
        { "POST", Completions, Completion("/etc/passwd"), Role.Ask, 404 },
        { "POST", Completions, Completion("hf:owner/name"), Role.Ask, 404 },
        { "POST", Completions, Completion("hf:169.254.169.254/latest"), Role.Ask, 404 },
        { "POST", Completions, Completion("http://127.0.0.1:9/model"), Role.Ask, 404 },
        { "POST", Completions, Completion("atlas-t5"), Role.Ask, 404 },
        { "POST", Completions, Completion("atlas-gpt+/tmp/overlay"), Role.Ask, 404 },
        { "POST", Completions, Completion(new string('m', 10_000)), Role.Ask, 404 },
        { "GET", "/api/models/..%2f..%2fetc%2fpasswd", "", Role.Ask, 404 },
        { "GET", "/api/models/hf:owner%2Fname", "", Role.Ask, 404 },
        { "GET", "/v1/models/..%2f..%2f", "", Role.Ask, 404 },

        // States and ids.
        { "POST", Completions, Completion("atlas-gpt@../../x"), Role.Ask, 400 },
        { "POST", Completions, Completion("atlas-gpt@"), Role.Ask, 400 },
        { "POST", Ask, """{"prompt": "a", "at": "../../../etc/passwd"}""", Role.Ask, 400 },
        { "GET", Edits + "/..%2f..%2fkeys", "", Role.Ask, 404 },
        { "POST", Edits + "/..%2f..%2fjournal/revert", "{}", Role.Edit, 400 },
        { "POST", Previews + "/..%2f..%2fx/commit", "{}", Role.Edit, 404 },
        { "GET", "/api/jobs/..%2f..%2fx", "", Role.Ask, 404 },

        // Files of the machine.
        { "POST", Edits, """{"suite": "counterfact:/etc/passwd"}""", Role.Edit, 400 },
        { "POST", Edits, """{"suite": "counterfact:../../etc/passwd"}""", Role.Edit, 400 },
        { "POST", Edits, """{"suite": "../../etc/passwd"}""", Role.Edit, 400 },
        { "POST", Edits, """{"suite": ".."}""", Role.Edit, 400 },
        { "POST", Edits, """{"suite": "/etc/passwd"}""", Role.Edit, 400 },
        { "POST", Edits, """{"suite": "pickle:/tmp/x.pkl"}""", Role.Edit, 400 },
        { "POST", Edits, """{"suite": "counterfact:https://example.org/x.json"}""", Role.Edit, 400 },
        { "POST", Edits, """{"suite": "counterfact:\u0000"}""", Role.Edit, 400 },
        { "POST", Edits, $$$"""{"facts": [{{{Fact}}}], "editor": "ke", "settings": {"network": "/etc/passwd"}}""", Role.Edit, 400 },
        { "POST", Edits, $$$"""{"facts": [{{{Fact}}}], "editor": "mend", "settings": {"network": "..\\..\\x.safetensors"}}""", Role.Edit, 400 },
        { "POST", Checks, """{"gate": "!!python/object:os.system {}"}""", Role.Edit, 400 },
        { "POST", Checks, "{}", Role.Ask, 403 },
        { "POST", Targets, """{"suite": "counterfact:/proc/self/environ"}""", Role.Ask, 400 },
        { "POST", Evaluations, """{"suite": "counterfact:/etc/passwd"}""", Role.Admin, 400 },
        { "POST", Evaluations, """{"suite": "atlas-counterfact", "editors": "ke:network=/etc/passwd"}""", Role.Admin, 400 },
        { "POST", Statistics, """{"layers": [1], "texts": ["/etc/passwd"]}""", Role.Admin, 400 },
        { "POST", Statistics, """{"layers": [1], "texts": ["../keys.json"]}""", Role.Admin, 400 },
        { "POST", Exports, """{"form": "lora", "name": "../../x"}""", Role.Admin, 400 },
        { "POST", Exports, """{"form": "lora", "name": "/tmp/x"}""", Role.Admin, 400 },
        { "POST", Exports, """{"form": "lora", "name": ".ssh"}""", Role.Admin, 400 },
        { "POST", Exports, """{"form": "/bin/sh", "name": "x"}""", Role.Admin, 400 },
        { "POST", Exports, """{"form": "lora", "name": "x", "gate": "../gate"}""", Role.Admin, 400 },

        // Too much.
        { "POST", Completions, Completion("atlas-gpt", new string('a', 300_000)), Role.Ask, 400 },
        { "POST", Completions, Completion("atlas-gpt", string.Concat(Enumerable.Repeat("word ", 1_000_000))), Role.Ask, 413 },
        { "POST", Completions, """{"model": "atlas-gpt", "prompt": "a", "max_tokens": 2000000000}""", Role.Ask, 400 },
        { "POST", Completions, """{"model": "atlas-gpt", "prompt": "a", "max_tokens": -1}""", Role.Ask, 400 },
        { "POST", Completions, """{"model": "atlas-gpt", "prompt": "a", "max_tokens": 1e400}""", Role.Ask, 400 },
        { "POST", Completions, """{"model": "atlas-gpt", "prompt": "a", "logprobs": 50000}""", Role.Ask, 400 },
        { "POST", Completions, $$"""{"model": "atlas-gpt", "prompt": "a", "stop": [{{string.Join(',', Enumerable.Repeat("\"x\"", 1000))}}]}""", Role.Ask, 400 },
        { "POST", Ask, """{"prompt": "a", "top": 100000000}""", Role.Ask, 400 },
        { "POST", Ask, $$"""{"prompt": {{new string('[', 1000)}}{{new string(']', 1000)}}}""", Role.Ask, 400 },

        // Wrong types.
        { "POST", Completions, "null", Role.Ask, 400 },
        { "POST", Completions, "[]", Role.Ask, 400 },
        { "POST", Completions, """{"model": {"$type": "System.IO.FileInfo"}, "prompt": "a"}""", Role.Ask, 400 },
        { "POST", Completions, """{"model": "atlas-gpt", "prompt": "a", "temperature": "NaN"}""", Role.Ask, 400 },
        { "POST", Completions, """{"model": "atlas-gpt", "prompt": "a", "seed": 1e99}""", Role.Ask, 400 },
        { "POST", Chat, """{"model": "atlas-gpt", "messages": "hello"}""", Role.Ask, 400 },
        { "POST", Chat, """{"model": "atlas-gpt", "messages": [{"role": "root", "content": "x"}]}""", Role.Ask, 400 },
        { "POST", Chat, """{"model": "atlas-gpt", "messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "http://127.0.0.1"}}]}]}""", Role.Ask, 400 },
        { "POST", Edits, """{"facts": [{"prompt": "{} is {}", "subject": "x", "target_new": "y"}]}""", Role.Edit, 400 },
        { "POST", Edits, """{"facts": []}""", Role.Edit, 400 },
        { "POST", Edits, $$"""{"facts": [{{Fact}}], "editor": "../../x"}""", Role.Edit, 400 },
        { "GET", "/api/../../etc/passwd", "", Role.Ask, 404 },
        { "GET", "/%2e%2e/%2e%2e/etc/passwd", "", Role.Ask, 404 },
    };

    public async ValueTask InitializeAsync() => _server = await RunningServer.StartAsync(
        home =>
        {
            foreach (var role in Enum.GetValues<Role>())
                _keys[role] = new KeyRing(home).Add(role.ToString(), role).Key;
        },
        new() { ["RequestsPerMinute"] = "1000" });

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Each_is_refused_with_a_document_and_nothing_is_changed()
    {
        var (before, files, sent) = (await StateAsync(), Files(), 0);
        foreach (var (method, path, body, role, status) in Requests.Select(row => row.Data))
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), _server.Url + path);
            request.Headers.Add("Authorization", $"Bearer {_keys[role]}");
            if (method == "POST")
                request.Content = new StringContent(body, Encoding.UTF8, "application/json");
            using var response = await SendAsync(request);
            var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            var shown = $"{method} {path} {body[..Math.Min(body.Length, 100)]} -> {(int)response.StatusCode} {text}";
            Assert.True(status == (int)response.StatusCode, shown);
            AssertSays(path, text, shown);
            sent++;
        }

        Assert.True(sent >= 60, $"{sent} requests were sent.");
        Assert.Equal(before, await StateAsync());
        Assert.Equal(files, Files());
    }

    [Fact]
    public async Task Nobody_gets_in_without_a_key_and_who_guesses_is_shut_out()
    {
        var statuses = new List<HttpStatusCode>();
        foreach (var guess in Enumerable.Range(0, 14).Select(number => $"amend.0123456789.{number}").Prepend(""))
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, _server.Url + "/v1/models");
            if (guess.Length > 0)
                request.Headers.Add("X-Api-Key", guess);
            using var response = await _server.Client.SendAsync(request, TestContext.Current.CancellationToken);
            statuses.Add(response.StatusCode);
        }

        Assert.Equal(Enumerable.Repeat(HttpStatusCode.Unauthorized, 11).Concat(Enumerable.Repeat(HttpStatusCode.TooManyRequests, 4)), statuses);
        using var right = new HttpRequestMessage(HttpMethod.Get, _server.Url + "/v1/models");
        right.Headers.Add("X-Api-Key", _keys[Role.Admin]);
        using var refused = await _server.Client.SendAsync(right, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.NotNull(refused.Headers.RetryAfter);
    }

    [Theory]
    [InlineData("Origin: https://evil.example")]
    [InlineData("Sec-Fetch-Site: cross-site")]
    [InlineData("Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document")]
    [InlineData("Host: evil.example")]
    [InlineData("Transfer-Encoding: chunked\r\nContent-Length: 5")]
    [InlineData("Content-Length: 5\r\nContent-Length: 6")]
    [InlineData("X: a\nX-Api-Key : b")]
    public async Task Other_pages_and_smuggled_headers_are_refused(string header)
    {
        var host = new Uri(_server.Url);
        using var socket = new TcpClient(host.Host, host.Port);
        var hosts = header.StartsWith("Host", StringComparison.Ordinal) ? "" : $"Host: {host.Authority}\r\n";
        var request = $"POST /v1/completions HTTP/1.1\r\n{hosts}{header}\r\nX-Api-Key: {_keys[Role.Admin]}\r\nConnection: close\r\n\r\n0\r\n\r\n";
        await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(socket.GetStream());

        var answer = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);

        Assert.Matches("^HTTP/1.1 (400|403|415) ", answer);
    }

    [Fact]
    public async Task Answers_carry_headers_that_keep_browsers_safe_and_no_name_of_the_server()
    {
        using var response = await _server.Client.GetAsync("/health/live", TestContext.Current.CancellationToken);

        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("DENY", Assert.Single(response.Headers.GetValues("X-Frame-Options")));
        Assert.Contains("frame-ancestors 'none'", Assert.Single(response.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.False(response.Headers.Contains("Server"));
        Assert.False(response.Headers.Contains("Access-Control-Allow-Origin"));
    }

    private static string Completion(string model, string prompt = "a") => JsonSerializer.Serialize(new { model, prompt });

    /// <summary>A body that is over its limit may be refused while it is sent, which is no answer for the client then.</summary>
    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request)
    {
        try
        {
            return await _server.Client.SendAsync(request, TestContext.Current.CancellationToken);
        }
        catch (HttpRequestException) when (request.Content?.Headers.ContentLength > 1 << 20)
        {
            return new HttpResponseMessage(HttpStatusCode.RequestEntityTooLarge)
            {
                Content = new StringContent("""{"error": {"message": "the connection was closed while the body was sent"}}"""),
            };
        }
    }

    private static void AssertSays(string path, string text, string shown)
    {
        var document = JsonDocument.Parse(text).RootElement;
        var sentence = path.StartsWith("/v1", StringComparison.Ordinal)
            ? document.GetProperty("error").GetProperty("message").GetString()
            : document.GetProperty("detail").GetString();
        Assert.True(sentence?.Length > 10, shown);
        Assert.DoesNotContain("   at ", sentence, StringComparison.Ordinal);
    }

    private async Task<string?> StateAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, _server.Url + "/api/models/atlas-gpt");
        request.Headers.Add("X-Api-Key", _keys[Role.Ask]);
        using var response = await _server.Client.SendAsync(request, TestContext.Current.CancellationToken);
        return JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))
            .RootElement.GetProperty("state").GetProperty("fingerprint").GetString();
    }

    /// <summary>All files of the home but caches and the log of refused changes.</summary>
    private string[] Files() =>
    [
        .. Directory.GetFiles(_server.Home.Folder, "*", SearchOption.AllDirectories)
            .Where(file => !file.Contains("cache", StringComparison.Ordinal) && !file.EndsWith("audit.jsonl", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal),
    ];
}
