using System.Text.Json;
using Amend.Cli.Tests.Running;
using Amend.Editing.Homes;
using Amend.Testing.HyperNetworks;

namespace Amend.Cli.Tests;

/// <summary>Networks that editors use, through the command line: trained, killed on the way, listed, shown, used and removed.</summary>
public sealed class NetworkTests : IDisposable
{
    private const string Data = "atlas-counterfact";
    private const int Stopped = 130;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly string[] Training =
    [
        "train", "mend", "--model", Facts.Model, "--data", Data, "--cases", "12",
        "--set", "validate_every=2", "--set", "batch_size=1", "--set", "validation_edits=1",
    ];

    private readonly TempFolder _folder = new();
    private readonly AmendProcess _amend;

    public NetworkTests() => _amend = new AmendProcess(Home);

    private string Home => _folder.File("home");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_training_that_was_stopped_and_killed_ends_with_the_tensors_of_an_undisturbed_one()
    {
        var whole = new AmendProcess(_folder.File("other")).Run([.. Training, "--steps", "8", "--json"]).Json();

        Assert.Equal(Stopped, Interrupt(process => System.Diagnostics.Process.Start("kill", $"-TERM {process.Id}").WaitForExit()));
        Interrupt(process => process.Kill());
        var rest = _amend.Run([.. Training, "--steps", "8", "--resume", "--json"]).Json();

        Assert.Equal(8, rest.GetProperty("record").GetProperty("steps").GetInt32());
        Assert.Equal(whole.GetProperty("record").GetProperty("tensors_hash").GetString(), rest.GetProperty("record").GetProperty("tensors_hash").GetString());
        Assert.Equal(whole.GetProperty("id").GetString(), rest.GetProperty("id").GetString());
        Assert.True(_amend.Run([.. Training, "--steps", "8", "--json"]).Json().GetProperty("was_trained").GetBoolean());
    }

    [Fact]
    public void A_trained_network_edits_and_when_it_is_removed_its_edits_are_named_and_keep_working()
    {
        var id = _amend.Run([.. Training, "--steps", "2", "--json"]).Json().GetProperty("id").GetString()!;
        var edit = _amend.Run([.. Facts.Tower, "--target-new", "Rome", "--editor", "mend", "--json"]).Edit();
        var shown = _amend.Run("show", Facts.Model, edit.GetProperty("id").GetString()!).Done().Output;
        var edited = Asked();

        var removed = _amend.Run("networks", "remove", id).Done().Output;

        Assert.Contains($"{id}, 2 steps on {Data}", shown, StringComparison.Ordinal);
        Assert.Equal(id, edit.GetProperty("record").GetProperty("network").GetProperty("id").GetString());
        Assert.Contains($"1 edit made with it: {edit.GetProperty("id").GetString()}; they hold their changes and keep working.", removed, StringComparison.Ordinal);
        Assert.Equal(edited, Asked());
        _amend.Run("revert", Facts.Model, edit.GetProperty("id").GetString()!).Done();
        Assert.NotEqual(edited, Asked());
    }

    [Fact]
    public void A_broken_network_is_listed_with_what_is_wrong_and_the_others_are_listed_too()
    {
        var id = SampleNetwork.Write(new AmendHome(Home), new string('b', 64));
        var file = Directory.GetFiles(Home, "*.safetensors", SearchOption.AllDirectories).Single();
        File.WriteAllBytes(Path.Combine(Path.GetDirectoryName(file)!, "torn.safetensors"), File.ReadAllBytes(file)[..100]);

        var listed = _amend.Run("networks", "--json").Json().GetProperty("networks").EnumerateArray()
            .Where(network => !network.GetProperty("is_shipped").GetBoolean()).ToList();

        Assert.Equal([id, "torn"], listed.Select(network => network.GetProperty("id").GetString()));
        Assert.Equal(JsonValueKind.Null, listed[1].GetProperty("record").ValueKind);
        Assert.Contains("torn.safetensors", listed[1].GetProperty("problem").GetString(), StringComparison.Ordinal);
    }

    private string Asked() => _amend.Run("ask", Facts.Model, Facts.TowerPrompt, "--json").Json().GetProperty("top").GetRawText();

    /// <summary>Starts the training, ends it once it has kept something new, and gives its exit code.</summary>
    private int Interrupt(Action<System.Diagnostics.Process> end)
    {
        var before = Kept();
        using var process = _amend.Start([.. Training, "--steps", "8"]);
        Assert.True(SpinWait.SpinUntil(() => process.HasExited || Kept() > before, Patience), "Nothing was kept in two minutes.");
        Assert.False(process.HasExited, "The training ended before it could be ended.");
        end(process);
        process.WaitForExit();
        return process.ExitCode;
    }

    /// <summary>When the checkpoint was written last.</summary>
    private DateTime Kept()
    {
        Thread.Sleep(TimeSpan.FromMilliseconds(10));
        return Directory.Exists(Home)
            ? Directory.GetFiles(Home, "checkpoint.safetensors", SearchOption.AllDirectories).Select(File.GetLastWriteTimeUtc).DefaultIfEmpty().Max()
            : default;
    }
}
