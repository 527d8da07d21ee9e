using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Amend.Cli.Tests.Running;

namespace Amend.Cli.Tests;

/// <summary>
/// Long verbs that are asked to end. They get SIGTERM, which takes the same way as Ctrl-C's SIGINT; the latter is ignored by
/// processes that a shell runs in the background.
/// </summary>
public sealed class StopTests : IDisposable
{
    private const int Stopped = 130;
    private readonly TempFolder _folder = new();
    private readonly AmendProcess _amend;

    public StopTests() => _amend = new AmendProcess(_folder.File("home"));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Stopped_statistics_keep_what_was_collected_and_go_on_from_there()
    {
        var text = _folder.File("text.txt");
        File.WriteAllLines(text, Enumerable.Range(0, 1200).Select(i => $"{Facts.TowerPrompt} Paris. Line {i * 7919}."));
        string[] stats = ["stats", Facts.Model, "--layer", "0", "--text", text, "--json"];

        var (exitCode, output, _) = Stop([.. stats, "--batch-tokens", "256"], line => line.EndsWith(" tokens", StringComparison.Ordinal));

        using var document = JsonDocument.Parse(output);
        var collected = document.RootElement.GetProperty("layers")[0].GetProperty("tokens").GetInt64();
        Assert.Equal(Stopped, exitCode);
        Assert.True(document.RootElement.GetProperty("stopped").GetBoolean());
        Assert.True(File.Exists(document.RootElement.GetProperty("layers")[0].GetProperty("path").GetString()));
        var whole = _amend.Run(stats).Json().GetProperty("layers")[0];
        Assert.True(collected < whole.GetProperty("tokens").GetInt64());
        var fresh = _amend.Run([.. stats, "--out", _folder.File("fresh.safetensors")]).Json().GetProperty("layers")[0];
        Assert.Equal(fresh.GetProperty("tokens").GetInt64(), whole.GetProperty("tokens").GetInt64());
    }

    [Fact]
    public void A_stopped_run_has_reports_of_what_was_done_and_goes_on_from_there()
    {
        var run = _folder.File("run");
        string[] eval = ["eval", "atlas-counterfact", "--model", Facts.Model, "--editors", "none,rome", "--cases", "60", "--out", run, "--json"];

        var (exitCode, output, _) = Stop(eval, line => line.StartsWith("rome", StringComparison.Ordinal));

        using var document = JsonDocument.Parse(output);
        Assert.Equal(Stopped, exitCode);
        Assert.False(document.RootElement.GetProperty("finished").GetBoolean());
        Assert.InRange(document.RootElement.GetProperty("rows")[1].GetProperty("cases").GetInt32(), 1, 59);
        Assert.True(File.Exists(Path.Combine(run, "report.html")));
    }

    [Fact]
    public void A_stopped_training_leaves_its_checkpoint()
    {
        var model = _folder.File("model");

        var (exitCode, output, error) = Stop(
            ["atlas", "train", "gpt", "--out", model, "--vocabulary", "400"], line => line.StartsWith("learning", StringComparison.Ordinal));

        Assert.Equal(Stopped, exitCode);
        Assert.Equal("", output);
        Assert.Contains($"stopped; the same command goes on from the checkpoint in {model}", error);
        Assert.True(File.Exists(Path.Combine(model, ".training", "checkpoint.safetensors")));
    }

    [Fact]
    public void A_stopped_edit_leaves_nothing()
    {
        var (exitCode, output, error) = Stop(
            [.. Facts.Tower, "--target-new", "Rome", "--editor", "ft", "--set", "num_steps=1000000", "--set", "loss_threshold=-1"],
            line => line.StartsWith("tuning: ", StringComparison.Ordinal));

        Assert.Equal(Stopped, exitCode);
        Assert.Equal("", output);
        Assert.Contains("Stopped.", error);
        var all = Path.GetDirectoryName(_folder.File("home"))!;
        Assert.Empty(Directory.EnumerateFiles(all, "*.safetensors", SearchOption.AllDirectories));
        var journals = Directory.EnumerateFiles(all, "*.jsonl", SearchOption.AllDirectories);
        Assert.All(journals, journal => Assert.Equal("", File.ReadAllText(journal)));
    }

    /// <summary>Starts, waits for a line of progress, and asks the process to end.</summary>
    private (int ExitCode, string Output, string Error) Stop(string[] args, Func<string, bool> isAtWork)
    {
        using var process = _amend.Start(args);
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        while (process.StandardError.ReadLine() is { } line && !isAtWork(line))
            continue;
        using (var kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]))
            kill.WaitForExit();
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output.GetAwaiter().GetResult(), error);
    }
}
