using System.Diagnostics;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Amend.Cli.Tests.Running;

/// <summary><c>amend serve</c> as a process of its own, on a free port.</summary>
internal sealed class ServingProcess : IDisposable
{
    private readonly Process _process;

    /// <summary>Starts it, and waits until its model can be asked.</summary>
    public ServingProcess(string home, params string[] more)
    {
        _process = new AmendProcess(home).Start(["serve", Facts.Model, "--url", "http://127.0.0.1:0", "--threads", "1", "--json", .. more]);
        _process.ErrorDataReceived += (_, line) => Log.AppendLine(line.Data);
        _process.BeginErrorReadLine();
        Document = ReadDocument();
        Client = new HttpClient
        {
            BaseAddress = new Uri(Document.GetProperty("urls")[0].GetString()!),
            Timeout = TimeSpan.FromMinutes(2),
        };
        while (!Client.GetAsync("/health/ready").GetAwaiter().GetResult().IsSuccessStatusCode)
            Thread.Sleep(20);
    }

    public HttpClient Client { get; }

    public StringBuilder Log { get; } = new();

    /// <summary>What it printed once it listened.</summary>
    public JsonElement Document { get; }

    /// <summary>Begins an edit and waits for its result.</summary>
    /// <returns>The edit's id, where it was acknowledged; null where the process was gone before.</returns>
    public async Task<string?> EditAsync(object order, string model = Facts.Model)
    {
        try
        {
            var job = (await (await Client.PostAsJsonAsync($"/api/models/{model}/edits", order)).Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id");
            await Client.GetStringAsync($"/api/jobs/{job}/events");
            var result = await Client.GetFromJsonAsync<JsonElement>($"/api/jobs/{job}/result");
            return result.GetProperty("edits")[0].GetProperty("id").GetString();
        }
        catch (Exception e) when (e is HttpRequestException or IOException or TaskCanceledException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Ends it as <c>kill -9</c> does.</summary>
    public void Kill()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
    }

    /// <summary>Asks it to stop as a service manager does.</summary>
    /// <returns>Its exit code.</returns>
    public int Stop()
    {
        Process.Start("kill", ["-TERM", $"{_process.Id}"])!.WaitForExit();
        Assert.True(_process.WaitForExit(TimeSpan.FromMinutes(1)), $"The server did not stop.\n{Log}");
        return _process.ExitCode;
    }

    public void Dispose()
    {
        Client.Dispose();
        if (!_process.HasExited)
            Kill();
        _process.Dispose();
    }

    private JsonElement ReadDocument()
    {
        var text = new StringBuilder();
        while (_process.StandardOutput.ReadLine() is { } line)
        {
            text.AppendLine(line);
            if (line == "}")
                return JsonDocument.Parse(text.ToString()).RootElement.Clone();
        }

        throw new InvalidOperationException($"The server ended before it listened.\n{Log}");
    }
}
