using Amend.Cluster.Sharing;
using Amend.Tensors;
using Amend.Tensors.Files;

namespace Amend.Cluster.Tests;

[Collection(PostgresServer.Alone)]
public sealed class SharingTests(PostgresServer server) : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_model_and_data_of_ones_own_reach_workers_through_the_shared_folder()
    {
        var database = server.NewDatabaseText();
        var model = _folder.File("a-model");
        Copy(Path.Combine(AppContext.BaseDirectory, "models", "atlas-gpt"), model);
        var data = _folder.File("facts.json");
        File.Copy(Path.Combine(AppContext.BaseDirectory, "suites", "atlas-counterfact.json"), data);
        string[] eval = ["eval", $"counterfact:{data}", "--model", model, "--editors", "none,rome:v_num_grad_steps=2", "--cases", "4"];
        using var submits = new Amends(_folder.File("home"));
        using var works = new Amends(_folder.File("other-home"));
        var one = submits.Run([.. eval, "--out", _folder.File("one")]);
        Assert.True(one.Code == 0, one.Error);

        var refused = submits.Run([.. eval, "--cluster", database]);
        Assert.Equal(2, refused.Code);
        Assert.Contains("--share FOLDER", refused.Error, StringComparison.Ordinal);

        works.Start("work", "--cluster", database);
        var submitter = submits.Start([.. eval, "--out", _folder.File("many"), "--cluster", database, "--share", _folder.File("shared")]);
        string? line;
        do
        {
            line = submitter.StandardError.ReadLine();
        }
        while (line is not null && !line.StartsWith("not begun by", StringComparison.Ordinal));
        Assert.Contains("give it to amend work with --share", line, StringComparison.Ordinal);

        works.Start("work", "--cluster", database, "--share", _folder.File("shared"));
        var run = Amends.Finish(submitter);
        Assert.True(run.Code == 0, run.Error);
        Assert.Equal(File.ReadAllBytes(_folder.File("one/cases.csv")), File.ReadAllBytes(_folder.File("many/cases.csv")));
    }

    [Fact]
    public void A_sweep_of_layers_is_done_by_workers_with_the_statistics_that_the_home_has()
    {
        var database = server.NewDatabaseText();
        using var submits = new Amends(_folder.File("home"));
        using var works = new Amends(_folder.File("other-home"));
        File.WriteAllText(_folder.File("text.txt"), string.Concat(Enumerable.Repeat("The Eiffel Tower is in Paris. ", 400)));
        Assert.Equal(0, submits.Run("stats", "atlas-gpt", "--layer", "1-5", "--text", _folder.File("text.txt")).Code);
        string[] sweep = ["trace", "atlas-gpt", "--sweep", "atlas-counterfact", "--cases", "2", "--json"];
        var one = submits.Run(sweep);
        Assert.True(one.Code == 0, one.Error);
        works.Start("work", "--cluster", database, "--share", _folder.File("shared"));

        var many = submits.Run([.. sweep, "--cluster", database, "--share", _folder.File("shared")]);

        Assert.True(many.Code == 0, many.Error);
        Assert.Equal(one.Output, many.Output);
    }

    [Fact]
    public void What_is_in_the_store_under_another_hash_is_refused()
    {
        File.WriteAllText(_folder.File("file"), "text");
        var store = new SharedStore(_folder.File("shared"), _folder.File("cache"));
        var hash = store.Put(_folder.File("file"));
        var at = Directory.GetFiles(_folder.File("shared"), "*", SearchOption.AllDirectories).Single();
        File.WriteAllText(at, "other");

        Assert.Contains("which is not its name", Assert.Throws<AmendException>(() => store.Get(hash)).Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder.File("cache"), "*", SearchOption.AllDirectories));

        File.WriteAllText(at, "text");
        Assert.Equal(hash, ContentHash.ReadFile(store.Get(hash)));
        File.Delete(at);
        Assert.Equal("text", File.ReadAllText(store.Get(hash)));
        Assert.Contains("cannot be fetched", Assert.Throws<AmendException>(() => store.Get(new string('0', 64))).Message, StringComparison.Ordinal);
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            var at = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(at)!);
            File.Copy(file, at);
        }
    }
}
