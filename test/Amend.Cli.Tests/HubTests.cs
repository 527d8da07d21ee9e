using Amend.Cli.Tests.Running;
using Amend.Testing.Hub;

namespace Amend.Cli.Tests;

/// <summary>Models of a hub on this machine, through the command line in processes of their own.</summary>
public sealed class HubTests : IDisposable
{
    private const string Weights = "model.safetensors";
    private const string Token = "hf_secret_of_the_user";

    private readonly TempFolder _folder = new();
    private readonly TestHub _hub = new();
    private readonly AmendProcess _amend;

    public HubTests()
    {
        foreach (var file in (string[])["config.json", Weights, "vocab.json", "merges.txt"])
            _hub.Files[file] = File.ReadAllBytes(Path.Combine(ModelFolders.Embedded, file));
        _amend = Amend();
    }

    public void Dispose()
    {
        _hub.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_model_of_the_hub_is_asked_listed_and_found_again_offline()
    {
        var first = _amend.Run("ask", TestHub.Model, Facts.TowerPrompt).Done();
        Assert.Contains("Paris", first.Output);
        Assert.Contains($"hf:owner/tiny: {Weights}: ", first.Error);
        var asked = _hub.Requests.Count;

        var again = _amend.Run("ask", TestHub.Model, Facts.TowerPrompt, "--offline").Done();

        Assert.Equal(first.Output, again.Output);
        Assert.Empty(again.Error);
        var row = _amend.Run("models", "--json").Json().GetProperty("models").EnumerateArray().Single(m => m.GetProperty("name").GetString() == TestHub.Model);
        Assert.Equal("gpt2", row.GetProperty("family").GetString());
        Assert.StartsWith(_folder.File("home"), row.GetProperty("folder").GetString());
        Assert.Contains("Nothing is wrong with it.", _amend.Run("doctor", TestHub.Model).Done().Output);
        Assert.Equal(asked, _hub.Requests.Count);
    }

    [Fact]
    public void Two_processes_at_once_download_a_model_once()
    {
        _hub.Fault($"large:{Weights}", 1, reply => reply with { PerKilobyte = TimeSpan.FromTicks(1000) });

        using var first = _amend.Start("doctor", TestHub.Model, "--json");
        using var second = _amend.Start("doctor", TestHub.Model, "--json");
        var runs = new[] { AmendProcess.Finish(first), AmendProcess.Finish(second) };

        Assert.All(runs, run => Assert.Empty(run.Json().GetProperty("model").GetProperty("problems").EnumerateArray()));
        Assert.Single(_hub.LargeRequests);
        Assert.Contains(runs, run => run.Error.Contains("another process downloads it; waiting", StringComparison.Ordinal));
    }

    [Fact]
    public void A_killed_download_is_no_model_and_goes_on_where_it_was()
    {
        _hub.Fault($"large:{Weights}", 1, reply => reply with { PerKilobyte = TimeSpan.FromMilliseconds(5) });
        using (var process = _amend.Start("doctor", TestHub.Model))
        {
            while (!process.HasExited && !PartIsThere())
                Thread.Sleep(20);
            process.Kill();
            process.WaitForExit();
        }

        var offline = _amend.Run("doctor", TestHub.Model, "--offline");
        Assert.Equal(2, offline.ExitCode);
        Assert.Contains("downloads are off", offline.Error);

        _amend.Run("doctor", TestHub.Model).Done();

        Assert.True(_hub.LargeRequests.Last().From > 0);
        Assert.Equal(_hub.Files[Weights], File.ReadAllBytes(Directory.EnumerateFiles(_folder.Path, Weights, SearchOption.AllDirectories).Single()));
    }

    [Theory]
    [InlineData(401, "HF_TOKEN")]
    [InlineData(404, "check owner, name and revision")]
    public void A_refusal_is_one_sentence_without_the_token(int status, string part)
    {
        _hub.Fault("list", 1, _ => HubReply.Of(status));

        var run = _amend.Run("ask", TestHub.Model, "x");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(part, Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
        Assert.DoesNotContain(Token, run.Error);
    }

    private bool PartIsThere() =>
        Directory.Exists(_folder.File("home")) && Directory.EnumerateFiles(_folder.File("home"), $"{Weights}.part", SearchOption.AllDirectories).Any(path => new FileInfo(path).Length > 4096);

    private AmendProcess Amend() => new(_folder.File("home")) { Environment = { ["HF_ENDPOINT"] = _hub.Endpoint, ["HF_TOKEN"] = Token, ["HF_HUB_OFFLINE"] = "" } };
}
