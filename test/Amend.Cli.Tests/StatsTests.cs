using System.IO.Compression;
using System.Text.Json;
using Amend.Cli.Tests.Running;

namespace Amend.Cli.Tests;

/// <summary>The verbs of <c>amend stats</c>, and <c>--stats</c> of those that edit.</summary>
public sealed class StatsTests : IDisposable
{
    private const int Width = 1024;
    private readonly TempFolder _folder = new();
    private readonly AmendTurns _amend;

    public StatsTests() => _amend = new AmendTurns(_folder.File("home"));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Folders_are_collected_at_several_layers_in_one_run_shown_and_merged()
    {
        var texts = Directory.CreateDirectory(_folder.File("texts/more")).Parent!.FullName;
        File.WriteAllLines(Path.Combine(texts, "a.txt"), Enumerable.Range(0, 60).Select(i => $"{Facts.TowerPrompt} Paris. Line {i * 7919}."));
        File.WriteAllLines(Path.Combine(texts, "more", "b.jsonl"), Enumerable.Range(0, 60).Select(i => JsonSerializer.Serialize(new { text = $"{Facts.FrancePrompt} {i}\nParis." })));

        var layers = _amend.Run("stats", Facts.Model, "--layer", "1,3-4", "--text", texts, "--json").Json().GetProperty("layers").EnumerateArray().ToList();
        var shown = _amend.Run("stats", "show", Facts.Model, "--json").Json().GetProperty("statistics").EnumerateArray().ToList();
        var table = _amend.Run("stats", "show", Facts.Model).Done().Output;

        Assert.Equal([1, 3, 4], layers.Select(layer => layer.GetProperty("layer").GetInt32()));
        Assert.Equal([0, 1, 3, 4], shown.Select(row => row.GetProperty("layer").GetInt32()));
        Assert.All(shown, row => Assert.InRange(row.GetProperty("statistics").GetProperty("spectrum").GetProperty("effective_rank").GetDouble(), 1, Width));
        Assert.Contains("effective rank", table);
        Assert.Contains("singular", table);

        string[] Shard(string name, string text) => ["stats", Facts.Model, "--layer", "1", "--text", text, "--out", _folder.File(name), "--json"];
        _amend.Run(Shard("a", Path.Combine(texts, "a.txt"))).Done();
        _amend.Run(Shard("b", Path.Combine(texts, "more"))).Done();
        var merged = _amend.Run("stats", "merge", _folder.File("a"), _folder.File("b"), "--out", _folder.File("ab"), "--json").Json();
        Assert.Equal(layers[0].GetProperty("tokens").GetInt64(), merged.GetProperty("tokens").GetInt64());
        Assert.Equal(layers[0].GetProperty("statistics").GetProperty("spectrum").GetProperty("effective_rank").GetDouble(), merged.GetProperty("spectrum").GetProperty("effective_rank").GetDouble(), 1e-4);
        Assert.Contains("has text that", _amend.Run("stats", "merge", _folder.File("ab"), _folder.File("b"), "--out", _folder.File("twice")).Error);
        Assert.Contains("merged from 2 texts", _amend.Run("stats", "show", _folder.File("ab")).Done().Output);
    }

    [Fact]
    public void Published_statistics_are_imported_and_an_edit_says_where_they_came_from()
    {
        var npz = Npz("published.npz", Width);

        var imported = _amend.Run("stats", "import", npz, Facts.Model, "--layer", "2", "--json").Json();
        var record = _amend.Run([.. Facts.Tower, "--target-new", "Rome", "--layer", "2", "--set", "v_num_grad_steps=2", "--json"]).Edit().GetProperty("record");

        Assert.Equal("published.npz", imported.GetProperty("notes").GetProperty("origin").GetString());
        Assert.Equal(500, imported.GetProperty("tokens").GetInt64());
        var note = Assert.Single(record.GetProperty("statistics").EnumerateArray().ToList());
        Assert.Equal(("import", "published.npz"), (note.GetProperty("source").GetString(), note.GetProperty("origin").GetString()));
        Assert.Contains("already statistics", _amend.Run("stats", "import", npz, Facts.Model, "--layer", "2").Error);
        Assert.Contains("width 8, but those of 'atlas-gpt' have 1024", _amend.Run("stats", "import", Npz("narrow.npz", 8), Facts.Model, "--layer", "3").Error);
    }

    [Fact]
    public void What_is_left_out_of_one_long_line_is_said()
    {
        var text = _folder.File("one-line.txt");
        File.WriteAllText(text, string.Concat(Enumerable.Repeat("Porto is a city by the sea. ", 2000)));
        string[] stats = ["stats", Facts.Model, "--layer", "1", "--text", text, "--sequence-length", "50", "--out", _folder.File("sum")];

        var said = _amend.Run(stats).Done().Output;
        var notes = _amend.Run("stats", "show", _folder.File("sum"), "--json").Json().GetProperty("statistics")[0].GetProperty("statistics").GetProperty("notes");

        Assert.Equal(1, notes.GetProperty("cut_passages").GetInt64());
        Assert.InRange(notes.GetProperty("cut_tokens").GetInt64(), 2000, 100_000);
        Assert.Contains($"Passages are cut to 50 tokens: {notes.GetProperty("cut_tokens")} tokens of 1 longer passage were left out.", said);
        Assert.Contains("1 longer passage", _amend.Run("stats", "show", _folder.File("sum")).Done().Output);
    }

    [Theory]
    [InlineData("bf16")]
    [InlineData("fp16")]
    public void Rome_edits_weights_in_half_precision_with_the_statistics_that_the_model_ships(string type)
    {
        var edit = _amend.Run([.. Facts.Tower, "--target-new", "Rome", "--dtype", type, "--json"]).Edit();

        Assert.Equal("text", edit.GetProperty("record").GetProperty("statistics")[0].GetProperty("source").GetString());
        Assert.StartsWith(" Rome", _amend.Run("ask", Facts.Model, Facts.TowerPrompt, "--dtype", type, "--json").Json().GetProperty("completion").GetString());
    }

    [Fact]
    public void The_identity_is_used_where_it_is_asked_for_and_named_in_record_and_report()
    {
        var edit = _amend.Run([.. Facts.Tower, "--target-new", "Rome", "--stats", "identity", "--set", "v_num_grad_steps=2"]).Done();
        var id = _amend.Run("edits", Facts.Model, "--json").Edit().GetProperty("id").GetString()!;
        string[] eval = ["eval", "atlas-counterfact", "--model", Facts.Model, "--editors", "none,rome", "--cases", "2", "--out", _folder.File("run")];
        _amend.Run([.. eval, "--stats", "identity"]).Done();

        Assert.Contains("the identity: no key of any text was protected", edit.Output);
        Assert.Contains("layer 0: the identity", _amend.Run("show", Facts.Model, id).Done().Output);
        Assert.Contains("--stats identity", File.ReadAllText(_folder.File("run/report.md")));
        Assert.Contains("its statistics is identity, and not set was asked", _amend.Run(eval).Error);
        Assert.Contains("uses no statistics", _amend.Run([.. Facts.Tower, "--target-new", "Rome", "--editor", "ft", "--set", "num_steps=1", "--stats", "identity"]).Done().Error);
    }

    private string Npz(string name, int width)
    {
        var sum = new float[width * width];
        for (var i = 0; i < width; i++)
            sum[(i * width) + i] = 500 * (1 + (i % 5));
        return _folder.Write(name, NpzBytes.File(
            CompressionLevel.Fastest,
            ("mom2.constructor.npy", NpzBytes.Text("util.runningstats.SecondMoment()")),
            ("mom2.count.npy", NpzBytes.Array("<i8", "()", NpzBytes.Of(500L))),
            ("mom2.mom2.npy", NpzBytes.Array("<f4", $"({width}, {width})", NpzBytes.Of(sum)))));
    }
}
