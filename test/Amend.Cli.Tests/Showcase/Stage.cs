using System.IO.Compression;
using Amend.Cli.Tests.Running;
using Amend.Editing.Homes;
using Amend.Testing.HyperNetworks;

namespace Amend.Cli.Tests.Showcase;

/// <summary>Homes and files for what is shown, and what was printed: each command line runs once as text and once as JSON.</summary>
public sealed class Stage : IDisposable
{
    private const int Width = 1024;
    private readonly TempFolder _folder = new();
    private readonly Dictionary<(string Name, bool AsJson), string> _printed = [];
    private readonly string _prepared;
    private string _folderOfRun = "";

    /// <summary>Makes an edit, a run and statistics.</summary>
    public Stage()
    {
        _prepared = _folder.File("prepared");
        var amend = new AmendTurns(_prepared);
        amend.Run([.. Facts.Tower, "--target-new", "Rome"]).Done();
        Adapter = _folder.File("adapter");
        amend.Run("export", Facts.Model, "--to", "lora", "--out", Adapter).Done();
        Edited = _folder.File("edited");
        amend.Run("export", Facts.Model, "--to", "hf", "--out", Edited).Done();
        Gate = _folder.File("gates.yaml");
        File.WriteAllText(Gate, "plain: { prompts: 1 }\nperplexity: 1.1\nprobe: 0.8\n");
        Run = _folder.File("run");
        amend.Run("eval", "atlas-counterfact", "--model", Facts.Model, "--editors", "none,rome", "--cases", "2", "--out", Run).Done();
        Text = _folder.File("text.txt");
        File.WriteAllLines(Text, Enumerable.Range(0, 20).Select(i => $"{Facts.TowerPrompt} Paris. Line {i}."));
        File.WriteAllLines(_folder.File("other.txt"), Enumerable.Range(0, 20).Select(i => $"{Facts.FrancePrompt} Paris. Line {i}."));
        Statistics = [_folder.File("a.safetensors"), _folder.File("b.safetensors")];
        foreach (var (text, file) in new[] { Text, _folder.File("other.txt") }.Zip(Statistics))
            amend.Run("stats", Facts.Model, "--layer", "1", "--text", text, "--out", file).Done();
        Npz = _folder.Write("published.npz", Published());
        NetworkId = SampleNetwork.Write(new AmendHome(_prepared), new string('a', 64));
    }

    /// <summary>The id of the applied edit.</summary>
    public string EditId => Path.GetFileNameWithoutExtension(Directory.GetFiles(Path.Combine(_prepared, "edits"), "*.safetensors", SearchOption.AllDirectories).Single());

    /// <summary>The edit as an adapter.</summary>
    public string Adapter { get; }

    /// <summary>The edited checkpoint.</summary>
    public string Edited { get; }

    /// <summary>A gate that the edit passes.</summary>
    public string Gate { get; }

    /// <summary>The folder of a run.</summary>
    public string Run { get; }

    /// <summary>A text file.</summary>
    public string Text { get; }

    /// <summary>Statistics of two texts, of one layer.</summary>
    public IReadOnlyList<string> Statistics { get; }

    /// <summary>Statistics as the authors of ROME publish them.</summary>
    public string Npz { get; }

    /// <summary>The id of a trained network.</summary>
    public string NetworkId { get; }

    /// <summary>A folder of the command line that runs, which is not there yet.</summary>
    public string Folder(string name) => Path.Combine(_folderOfRun, name);

    /// <summary>What a command line prints, as it is.</summary>
    public string Printed(Shown shown, bool asJson)
    {
        lock (_printed)
        {
            if (!_printed.TryGetValue((shown.Name, asJson), out var printed))
                _printed[(shown.Name, asJson)] = printed = Print(shown, asJson, (_, run) => run.Output);
            return printed;
        }
    }

    /// <summary>A file that a command line writes, as it is.</summary>
    /// <param name="shown">The command line.</param>
    /// <param name="file">The file, from the folder that the command line's files are in.</param>
    public string Written(Shown shown, string file)
    {
        lock (_printed)
            return Print(shown, asJson: false, (folder, _) => File.ReadAllText(Path.Combine(folder, file)));
    }

    /// <summary>A text without what differs from run to run.</summary>
    public string Masked(string text) => Masks.Text(text
        .Replace(_folder.Path, "FOLDER", StringComparison.Ordinal)
        .Replace(AppContext.BaseDirectory.TrimEnd('/'), "APP", StringComparison.Ordinal));

    /// <inheritdoc/>
    public void Dispose() => _folder.Dispose();

    private string Print(Shown shown, bool asJson, Func<string, AmendRun, string> result)
    {
        _folderOfRun = _folder.File("here");
        var home = Path.Combine(_folderOfRun, "home");
        Directory.CreateDirectory(_folderOfRun);
        try
        {
            if (!shown.InNewHome)
                ModelFolders.Copy(_prepared, home);
            var run = new AmendTurns(home).Run([.. shown.Arguments(this), .. asJson ? (string[])["--json"] : []]).Done();
            return result(_folderOfRun, run);
        }
        finally
        {
            Directory.Delete(_folderOfRun, recursive: true);
        }
    }

    private static byte[] Published()
    {
        var sum = new float[Width * Width];
        for (var i = 0; i < Width; i++)
            sum[(i * Width) + i] = 1 + (i % 4);
        return NpzBytes.File(
            CompressionLevel.Fastest,
            ("mom2.constructor.npy", NpzBytes.Text("util.runningstats.SecondMoment()")),
            ("mom2.count.npy", NpzBytes.Array("<i8", "()", NpzBytes.Of(100L))),
            ("mom2.mom2.npy", NpzBytes.Array("<f4", $"({Width}, {Width})", NpzBytes.Of(sum))));
    }
}
