using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Amend.Testing.Hub;

/// <summary>
/// A hub of one model on this machine, with a second host for large files as the real one has, that does wrong what it is told
/// to. Faults of a file are used up one a request; large files are those of weights.
/// </summary>
public sealed class TestHub : IDisposable
{
    public const string Commit = "0123456789abcdef0123456789abcdef01234567";

    private const string Owner = "owner";
    private const string Name = "tiny";

    private readonly TcpListener _hub = new(IPAddress.Loopback, 0);
    private readonly TcpListener _large = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<string, ConcurrentQueue<Func<HubReply, HubReply>>> _faults = new();
    private readonly CancellationTokenSource _stop = new();
    private bool _isDisposed;

    public TestHub()
    {
        foreach (var listener in (TcpListener[])[_hub, _large])
        {
            listener.Start();
            _ = Task.Run(() => ServeAsync(listener));
        }
    }

    public static string Model => $"hf:{Owner}/{Name}";

    public string Endpoint => $"http://{_hub.LocalEndpoint}";

    /// <summary>The model's files.</summary>
    public Dictionary<string, byte[]> Files { get; } = [];

    /// <summary>What was asked of the hub itself.</summary>
    public ConcurrentQueue<HubRequest> Requests { get; } = new();

    /// <summary>What was asked of the host of large files.</summary>
    public ConcurrentQueue<HubRequest> LargeRequests { get; } = new();

    /// <summary>The commit that the hub tells.</summary>
    public string ToldCommit { get; set; } = Commit;

    /// <summary>Changes the next replies: of the hub for <c>list</c> or a file, of the other host for a large file's <c>large:NAME</c>.</summary>
    public void Fault(string what, int times, Func<HubReply, HubReply> change)
    {
        for (var i = 0; i < times; i++)
            _faults.GetOrAdd(what, _ => new()).Enqueue(change);
    }

    /// <summary>A small GPT-2 with weights of some KB.</summary>
    public TestHub WithTinyModel()
    {
        using var folder = new TempFolder();
        TinyModels.WriteGpt2Config(folder.File("config.json"));
        using (var table = TinyModels.Gpt2Weights(TinyModels.Gpt2Shape(), seed: 3))
            table.Save(folder.File("model.safetensors"), TorchSharp.torch.ScalarType.Float32);
        foreach (var path in Directory.GetFiles(folder.Path))
            Files[Path.GetFileName(path)] = File.ReadAllBytes(path);
        return this;
    }

    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        _stop.Cancel();
        _hub.Dispose();
        _large.Dispose();
        _stop.Dispose();
    }

    private static bool IsLarge(string file) => Path.GetExtension(file) is ".safetensors" or ".bin" or ".gguf";

    private async Task ServeAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync(_stop.Token).ConfigureAwait(false);
                _ = Task.Run(() => AnswerAsync(client, listener == _large));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // The test is over.
        }
    }

    private async Task AnswerAsync(TcpClient client, bool isLarge)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                var request = await ReadAsync(stream).ConfigureAwait(false);
                (isLarge ? LargeRequests : Requests).Enqueue(request);
                await WriteAsync(stream, client, isLarge ? Large(request) : Small(request)).ConfigureAwait(false);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException or SocketException)
            {
                // The client has gone, or the test is over.
            }
        }
    }

    private async Task<HubRequest> ReadAsync(NetworkStream stream)
    {
        var text = new StringBuilder();
        var buffer = new byte[4096];
        while (!text.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            var read = await stream.ReadAsync(buffer, _stop.Token).ConfigureAwait(false);
            if (read == 0)
                throw new IOException("The request was cut off.");
            text.Append(Encoding.ASCII.GetString(buffer, 0, read));
        }

        var lines = text.ToString().Split("\r\n");
        string? Header(string name) => lines.FirstOrDefault(l => l.StartsWith(name + ": ", StringComparison.OrdinalIgnoreCase))?[(name.Length + 2)..];
        var from = Header("Range") is { } range ? long.Parse(range["bytes=".Length..].TrimEnd('-'), CultureInfo.InvariantCulture) : 0;
        return new HubRequest(lines[0].Split(' ')[1], from, Header("Authorization"));
    }

    private HubReply Small(HubRequest request)
    {
        if (request.Path.StartsWith($"/api/models/{Owner}/{Name}/revision/", StringComparison.Ordinal))
        {
            var list = new { sha = ToldCommit, siblings = Files.Keys.Select(name => new { rfilename = name }) };
            return Faulty("list", HubReply.Of(200) with { Body = JsonSerializer.SerializeToUtf8Bytes(list) });
        }

        var place = $"/{Owner}/{Name}/resolve/{Commit}/";
        if (!request.Path.StartsWith(place, StringComparison.Ordinal) || !Files.TryGetValue(request.Path[place.Length..], out var bytes))
            return HubReply.Of(404);
        var file = request.Path[place.Length..];
        return Faulty(
            file,
            IsLarge(file)
                ? HubReply.Of(
                    302, ("Location", $"http://{_large.LocalEndpoint}/{file}"), ("X-Linked-Size", $"{bytes.Length}"), ("X-Linked-Etag", $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes))}\""))
                : Part(bytes, request).With("ETag", $"W/\"{GitHash(bytes)}\""));
    }

    private HubReply Large(HubRequest request) =>
        Files.TryGetValue(request.Path[1..], out var bytes) ? Faulty($"large:{request.Path[1..]}", Part(bytes, request)) : HubReply.Of(404);

    private HubReply Faulty(string what, HubReply reply) =>
        _faults.TryGetValue(what, out var faults) && faults.TryDequeue(out var change) ? change(reply) : reply;

    private static HubReply Part(byte[] bytes, HubRequest request) =>
        request.From == 0 ? HubReply.Of(200) with { Body = bytes }
        : request.From >= bytes.Length ? HubReply.Of(416)
        : HubReply.Of(206, ("Content-Range", $"bytes {request.From}-{bytes.Length - 1}/{bytes.Length}")) with { Body = bytes[(int)request.From..] };

    [SuppressMessage("Security", "CA5350", Justification = "Git names blobs by SHA-1.")]
    private static string GitHash(byte[] bytes) =>
        Convert.ToHexStringLower(SHA1.HashData([.. Encoding.ASCII.GetBytes($"blob {bytes.Length}\0"), .. bytes]));

    private async Task WriteAsync(NetworkStream stream, TcpClient client, HubReply reply)
    {
        var head = new StringBuilder($"HTTP/1.1 {reply.Status} X\r\nContent-Length: {reply.ToldLength ?? reply.Body.Length}\r\nConnection: close\r\n");
        foreach (var (name, value) in reply.Headers)
            head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head.Append("\r\n").ToString()), _stop.Token).ConfigureAwait(false);
        for (var at = 0; at < reply.Body.Length; at += 1024)
        {
            if (at >= reply.CutAfter)
            {
                client.LingerState = new LingerOption(true, 0); // A reset and not an orderly end.
                client.Close();
                return;
            }

            if (at >= reply.StallAfter)
                await Task.Delay(TimeSpan.FromSeconds(20), _stop.Token).ConfigureAwait(false);
            await stream.WriteAsync(reply.Body.AsMemory(at, Math.Min(1024, reply.Body.Length - at)), _stop.Token).ConfigureAwait(false);
            if (reply.PerKilobyte > TimeSpan.Zero)
                await Task.Delay(reply.PerKilobyte, _stop.Token).ConfigureAwait(false);
            else if (reply.CutAfter is not null)
                await Task.Delay(5, _stop.Token).ConfigureAwait(false); // What was sent before a reset may be lost otherwise.
        }
    }
}
