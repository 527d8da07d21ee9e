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
    [InlineData("gguf")]
    public void A_killed_export_leaves_nothing_or_the_whole(string form) => KillExports(form, kills: 3);

    [Fact]
    public void A_killed_import_leaves_the_state_before_or_the_one_after() => KillImports(kills: 3);

    /// <summary>As many as were made when the forms were new, by its name alone.</summary>
    [Fact(Explicit = true)]
    public void Forty_kills()
    {
        KillExports("hf", kills: 10);
        KillExports("lora", kills: 10);
        KillExports("gguf", kills: 10);
        KillImports(kills: 10);
    }

    private void KillExports(string form, int kills)
    {
        string Place(string to) => _folder.File(form == "gguf" ? $"{to}.{form}" : $"{to}-{form}");
        string[] Export(string to) => ["export", Model, "--to", form, "--out", Place(to)];
        var took = Time(() => _amend.Run(Export("whole")).Done());
        var whole = Content(Place("whole"));
        var there = 0;

        for (var kill = 0; kill < kills; kill++)
        {
            Kill(_amend, Export($"killed-{kill}"), took, kill / (kills - 1.0));
            if (!Path.Exists(Place($"killed-{kill}")))
                continue;
            there++;
            Assert.Equal(whole, Content(Place($"killed-{kill}")));
        }

        Assert.InRange(there, 0, kills - 1);
        var one = Enumerable.Range(0, kills).Select(kill => $"killed-{kill}").First(killed => !Path.Exists(Place(killed)));
        _amend.Run(Export(one)).Done();
        Assert.Equal(whole, Content(Place(one)));
        Assert.Single(Directory.GetFileSystemEntries(_folder.Path, $"*{Path.GetFileName(Place(one))}*"));
    }

    private void KillImports(int kills)
    {
        _amend.Run("export", Model, "--to", "lora", "--out", _folder.File("adapter")).Done();
        string[] import = ["import", Model, _folder.File("adapter")];
        var took = Time(() => new AmendProcess(_folder.File("first")).Run(import).Done());
        using var model = LanguageModel.Load(ModelFolders.Embedded);
        for (var kill = 0; kill < kills; kill++)
        {
            var home = _folder.File($"home-{kill}");

            Kill(new AmendProcess(home), import, took, kill / (kills - 1.0));

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

    /// <summary>Starts a process and kills it.</summary>
    /// <param name="amend">Its home.</param>
    /// <param name="args">The command line.</param>
    /// <param name="took">How long it takes undisturbed.</param>
    /// <param name="at">When it is killed, from 0, the first moment, to 1, the last.</param>
    private static void Kill(AmendProcess amend, string[] args, TimeSpan took, double at)
    {
        using var process = amend.Start(args);
        process.WaitForExit(took * (First + (at * (Last - First))));
        process.Kill();
        process.WaitForExit();
    }

    /// <summary>The names and hashes of a folder's files; those of a file where it is one.</summary>
    private static IReadOnlyList<string> Content(string place) =>
        [.. (File.Exists(place) ? [place] : Directory.GetFiles(place)).Order(StringComparer.Ordinal)
            .Select(file => $"{(file == place ? "" : Path.GetFileName(file))} {ContentHash.ReadFile(file)}")];
}
