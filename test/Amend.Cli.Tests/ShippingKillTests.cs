using System.Diagnostics;
using Amend.Cli.Tests.Running;
using Amend.Editing.Homes;
using Amend.Editing.Stores;
using Amend.Models;
using Amend.Tensors.Files;

namespace Amend.Cli.Tests;

/// <summary>Exports and imports that are killed on their way: what is at their place is whole or not there, and the same command ends them.</summary>
public sealed class ShippingKillTests : IDisposable
{
    private const string Model = Facts.Model;
    private const int KillsOfEach = 10;

    /// <summary>Where in a process's time it is killed: from here to a little over its end.</summary>
    private const double First = 0.5;
    private const double Last = 1.05;

    private readonly TempFolder _folder = new();
    private readonly AmendProcess _amend;

    public ShippingKillTests()
    {
        _amend = new AmendProcess(_folder.File("home"));
        _amend.Run([.. Facts.Tower, "--target-new", "Rome"]).Done();
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("hf")]
    [InlineData("lora")]
    public void A_killed_export_leaves_nothing_or_the_whole(string form)
    {
        string[] Export(string to) => ["export", Model, "--to", form, "--out", _folder.File(to)];
        var took = Time(() => _amend.Run(Export("whole")).Done());
        var whole = Content(_folder.File("whole"));
        var there = 0;

        for (var kill = 0; kill < KillsOfEach; kill++)
        {
            Kill(_amend, Export($"killed-{kill}"), took, kill);
            if (!Path.Exists(_folder.File($"killed-{kill}")))
                continue;
            there++;
            Assert.Equal(whole, Content(_folder.File($"killed-{kill}")));
        }

        Assert.InRange(there, 0, KillsOfEach - 1);
        var one = Enumerable.Range(0, KillsOfEach).First(kill => !Path.Exists(_folder.File($"killed-{kill}")));
        _amend.Run(Export($"killed-{one}")).Done();
        Assert.Equal(whole, Content(_folder.File($"killed-{one}")));
        Assert.False(Path.Exists(_folder.File($".killed-{one}.amend-part")));
    }

    [Fact]
    public void A_killed_import_leaves_the_state_before_or_the_one_after()
    {
        _amend.Run("export", Model, "--to", "lora", "--out", _folder.File("adapter")).Done();
        string[] import = ["import", Model, _folder.File("adapter")];
        var took = Time(() => new AmendProcess(_folder.File("first")).Run(import).Done());
        using var model = LanguageModel.Load(ModelFolders.Embedded);
        for (var kill = 0; kill < KillsOfEach; kill++)
        {
            var home = _folder.File($"home-{kill}");

            Kill(new AmendProcess(home), import, took, kill);

            var store = new EditStore(model, new AmendHome(home));
            Assert.InRange(store.Applied.Count, 0, 1);
            store.ApplyTo(model, store.Applied);
            model.Applied.RevertAll();
            new AmendProcess(home).Run(import).Done();
            Assert.InRange(store.Applied.Count, 1, 2);
            Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(store.PathOf("any"))!, "*.tmp"));
        }
    }

    private static TimeSpan Time(Action does)
    {
        var clock = Stopwatch.StartNew();
        does();
        return clock.Elapsed;
    }

    private static void Kill(AmendProcess amend, string[] args, TimeSpan took, int number)
    {
        using var process = amend.Start(args);
        process.WaitForExit(took * (First + (number / (double)(KillsOfEach - 1) * (Last - First))));
        process.Kill();
        process.WaitForExit();
    }

    /// <summary>The names and hashes of a folder's files.</summary>
    private static IReadOnlyList<string> Content(string folder) =>
        [.. Directory.GetFiles(folder).Order(StringComparer.Ordinal).Select(file => $"{Path.GetFileName(file)} {ContentHash.ReadFile(file)}")];
}
