using System.Text.Json;
using Amend.Tensors.Statistics;

namespace Amend.Cluster.Tests;

/// <summary>Tracing studies and statistics that workers of a cluster make are those of one process.</summary>
[Collection(PostgresServer.Alone)]
public sealed class ClusterPartsTests(PostgresServer server) : IDisposable
{
    private static readonly string[] Trace =
        ["trace", "atlas-gpt", "--facts", "atlas-known", "--cases", "6", "--samples", "2", "--kind", "state,mlp", "--suggest-layer"];

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_study_of_three_workers_of_which_one_is_killed_has_the_files_of_one_process_byte_for_byte()
    {
        var database = server.NewDatabaseText();
        using var amends = new Amends(_folder.File("home"));
        var one = amends.Run([.. Trace, "--out", _folder.File("one")]);
        Assert.True(one.Code == 0, one.Error);
        amends.Start("work", "--lease", "6", "--cluster", database);
        amends.Start("work", "--lease", "6", "--cluster", database);
        var killed = amends.Start("work", "--lease", "6", "--cluster", database);
        var submitter = amends.Start([.. Trace, "--out", _folder.File("many"), "--cluster", database]);
        killed.StandardOutput.ReadLine();
        killed.Kill();

        var many = Amends.Finish(submitter);

        Assert.True(many.Code == 0, many.Error);
        Assert.Equal(Facts("one"), Facts("many"));
        Assert.Equal(one.Output.Replace(_folder.File("one"), "", StringComparison.Ordinal), many.Output.Replace(_folder.File("many"), "", StringComparison.Ordinal));
        Assert.Contains("6 of 6 units done", amends.Run("runs", "show", "1", "--cluster", database).Output, StringComparison.Ordinal);

        // All is there, so nothing is submitted.
        Assert.Equal(0, amends.Run([.. Trace, "--out", _folder.File("many"), "--cluster", server.NewDatabaseText()]).Code);
        Assert.Contains("removed run 1", amends.Run("runs", "remove", "1", "--cluster", database).Output, StringComparison.Ordinal);
        Assert.Contains("There are no runs", amends.Run("runs", "--cluster", database).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Statistics_of_shards_are_those_of_one_process_but_for_rounding()
    {
        var database = server.NewDatabaseText();
        var text = _folder.File("text.txt");
        File.WriteAllLines(text, Enumerable.Range(0, 4000).Select(at => $"The {at}th tower of Paris is in France, and not in Rome, since {at % 7} years."));
        string[] stats = ["stats", "atlas-gpt", "--layer", "2,4", "--text", text];
        using var amends = new Amends(_folder.File("home"));
        var one = amends.Run([.. stats, "--out", _folder.File("one")]);
        Assert.True(one.Code == 0, one.Error);
        amends.Start("work", "--lease", "6", "--cluster", database);
        amends.Start("work", "--lease", "6", "--cluster", database);

        var many = amends.Run([.. stats, "--out", _folder.File("many"), "--cluster", database]);

        Assert.True(many.Code == 0, many.Error);
        Assert.True(Units(amends, database) > 1, "The text was too short to be cut into shards.");
        foreach (var file in Directory.GetFiles(_folder.File("one")).Select(Path.GetFileName))
        {
            using var alone = SecondMoment.Load(Path.Combine(_folder.File("one"), file!));
            using var merged = SecondMoment.Load(Path.Combine(_folder.File("many"), file!));
            Assert.Equal(alone.Count, merged.Count);
            Assert.Equal(alone.Metadata, merged.Metadata);
            using var mean = alone.Mean();
            using var other = merged.Mean();
            using var difference = (mean - other).abs().max() / mean.abs().max();
            Assert.InRange(difference.item<double>(), 0, 1e-12);
        }

        // The files are whole, so nothing is submitted; one that was begun is not gone on with elsewhere.
        Assert.Equal(0, amends.Run([.. stats, "--out", _folder.File("many"), "--cluster", server.NewDatabaseText()]).Code);
        File.Delete(Directory.GetFiles(_folder.File("many"))[0]);
        var refused = amends.Run([.. stats, "--out", _folder.File("many"), "--cluster", database]);
        Assert.Equal(1, refused.Code);
        Assert.Contains("is there already, and a cluster collects all layers", refused.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--parallel was given with --cluster", "eval", "atlas-counterfact", "--model", "atlas-gpt", "--parallel", "2")]
    [InlineData("--device was given with --cluster", "eval", "atlas-counterfact", "--model", "atlas-gpt", "--device", "cpu")]
    [InlineData("give --facts alone", "trace", "atlas-gpt", "--prompt", "The Eiffel Tower is in", "--subject", "The Eiffel Tower")]
    [InlineData("give --facts alone", "trace", "atlas-gpt", "--facts", "atlas-known", "--edited")]
    public void What_workers_do_not_do_is_refused(string says, params string[] arguments)
    {
        using var amends = new Amends(_folder.File("home"));

        var (code, _, error) = amends.Run([.. arguments, "--cluster", "Host=127.0.0.1;Port=1;Database=amend;Username=me"]);

        Assert.Equal(1, code);
        Assert.Contains(says, error, StringComparison.Ordinal);
    }

    private static int Units(Amends amends, string database)
    {
        using var document = JsonDocument.Parse(amends.Run("runs", "show", "1", "--cluster", database, "--json").Output);
        return document.RootElement.GetProperty("run").GetProperty("units").GetProperty("done").GetInt32();
    }

    private Dictionary<string, string> Facts(string study) => Directory.GetFiles(_folder.File($"{study}/facts"))
        .ToDictionary(file => Path.GetFileName(file), File.ReadAllText);
}
