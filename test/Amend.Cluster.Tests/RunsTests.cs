using System.Text.Json;

namespace Amend.Cluster.Tests;

/// <summary>Runs that are listed, cancelled, submitted twice, and whose units fail.</summary>
[Collection(PostgresServer.Alone)]
public sealed class RunsTests(PostgresServer server) : IDisposable
{
    private static readonly string[] Eval = ["eval", "atlas-counterfact", "--model", "atlas-gpt", "--editors", "rome:v_num_grad_steps=1", "--cases", "2"];
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_run_goes_on_when_nobody_watches_is_the_same_when_asked_again_and_ends_when_cancelled()
    {
        var database = server.NewDatabaseText();
        using var amends = new Amends(_folder.File("home"));
        Leave(amends, database);
        Leave(amends, database);

        var run = Assert.Single(Runs(amends, database));
        Assert.Equal(("open", 3), (run.GetProperty("state").GetString(), run.GetProperty("units").GetProperty("waiting").GetInt32()));

        Assert.Contains("Run 1 is open; cancel it first", amends.Run("runs", "remove", "1", "--cluster", database).Error, StringComparison.Ordinal);
        Assert.Equal(0, amends.Run("runs", "cancel", "1", "--cluster", database).Code);
        Assert.Equal("cancelled", Assert.Single(Runs(amends, database)).GetProperty("state").GetString());
        var (code, output, _) = amends.Run("work", "--cluster", database, "--until-idle");
        Assert.Equal(0, code);
        Assert.Contains("works for", output, StringComparison.Ordinal);
        Assert.Contains("0 of 3 units done", amends.Run("runs", "show", "1", "--cluster", database).Output, StringComparison.Ordinal);

        Leave(amends, database);
        Assert.Equal(["open", "cancelled"], Runs(amends, database).Select(one => one.GetProperty("state").GetString()));
    }

    [Fact]
    public void A_unit_that_fails_is_tried_three_times_and_set_aside_and_the_others_are_done()
    {
        var database = server.NewDatabaseText();
        using var amends = new Amends(_folder.File("home"));
        string[] eval = [.. Eval[..4], "--editors", "rome:layer=4,rome:v_num_grad_steps=1", "--cases", "1"];
        amends.Start("work", "--lease", "6", "--cluster", database);

        var (code, _, error) = amends.Run([.. eval, "--cluster", database]);

        Assert.Equal(2, code);
        Assert.Contains("1 units of run 1 were set aside after failing, the first because: rome:layer=4, case", error, StringComparison.Ordinal);
        Assert.Contains("amend stats", error, StringComparison.Ordinal);
        var shown = amends.Run("runs", "show", "1", "--cluster", database).Output;
        Assert.Contains("2 of 3 units done, 0 at work, 1 set aside", shown, StringComparison.Ordinal);

        File.WriteAllText(_folder.File("text.txt"), string.Concat(Enumerable.Repeat("The Eiffel Tower is in Paris. ", 400)));
        Assert.Equal(0, amends.Run("stats", "atlas-gpt", "--layer", "4", "--text", _folder.File("text.txt")).Code);
        var again = amends.Run([.. eval, "--cluster", database]);
        Assert.True(again.Code == 0, again.Error);
    }

    [Theory]
    [InlineData(1, "No cluster was named", "runs")]
    [InlineData(1, "No cluster was named", "work")]
    [InlineData(1, "--lease 1", "work", "--lease", "1", "--cluster", "Host=127.0.0.1;Port=1;Database=amend;Username=me")]
    [InlineData(1, "has a password in it", "work", "--cluster", "Host=db;Password=secret")]
    [InlineData(2, "127.0.0.1:1/amend", "runs", "--cluster", "Host=127.0.0.1;Port=1;Database=amend;Username=me")]
    [InlineData(2, "127.0.0.1:1/amend", "eval", "atlas-counterfact", "--model", "atlas-gpt", "--cluster", "Host=127.0.0.1;Port=1;Database=amend;Username=me")]
    public void A_wrong_use_gets_one_sentence(int exitCode, string says, params string[] arguments)
    {
        using var amends = new Amends(_folder.File("home"));

        var (code, output, error) = amends.Run(arguments);

        Assert.Equal((exitCode, ""), (code, output));
        Assert.Matches(@"\Aamend: [^\n]+[.!?]\n\z", error);
        Assert.Contains(says, error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("There is no run 7", "runs", "show", "7")]
    [InlineData("There is no run 7", "runs", "cancel", "7")]
    [InlineData("There is no run 7", "runs", "remove", "7")]
    [InlineData("0 models", "work", "--models", "0")]
    public void A_wrong_use_of_a_database_gets_one_sentence(string says, params string[] arguments)
    {
        using var amends = new Amends(_folder.File("home"));

        var (code, _, error) = amends.Run([.. arguments, "--cluster", server.NewDatabaseText()]);

        Assert.Equal(2, code);
        Assert.Contains(says, error, StringComparison.Ordinal);
    }

    private static JsonElement[] Runs(Amends amends, string database)
    {
        using var document = JsonDocument.Parse(amends.Run("runs", "--cluster", database, "--json").Output);
        return [.. document.RootElement.GetProperty("runs").EnumerateArray().Select(run => run.Clone())];
    }

    /// <summary>Submits the run and stops watching it.</summary>
    private static void Leave(Amends amends, string database)
    {
        var watching = amends.Start([.. Eval, "--cluster", database]);
        string? line;
        do
        {
            line = watching.StandardError.ReadLine();
        }
        while (line is not null && !line.Contains("goes on when this stops", StringComparison.Ordinal));
        watching.Kill();
        watching.WaitForExit();
    }
}
