using System.Diagnostics;

namespace Amend.Cluster.Tests;

/// <summary>Workers, the database and who submits are killed during a run, and it ends with the cases of one process.</summary>
[Collection(PostgresServer.Alone)]
public sealed class ClusterKillTests(PostgresServer server) : IDisposable
{
    private const int Workers = 4;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_run_survives_kills_of_workers_of_the_database_and_of_who_submits() => Survives(cases: 16, kills: 3, ofDatabase: 1, ofSubmitter: 1);

    /// <summary>As many as were made when this was new, by its name alone.</summary>
    [Fact(Explicit = true)]
    public void Twenty_six_kills() => Survives(cases: 120, kills: 20, ofDatabase: 3, ofSubmitter: 3);

    [Fact]
    public void A_run_goes_on_when_the_database_was_out_of_reach() => OutlastsACut(cases: 12, seconds: 8);

    /// <summary>As long as was tried when this was new, by its name alone.</summary>
    [Fact(Explicit = true)]
    public void Half_a_minute_out_of_reach() => OutlastsACut(cases: 60, seconds: 30);

    private void OutlastsACut(int cases, int seconds)
    {
        string[] eval = Eval(cases);
        using var wire = new CutWire(server.Port);
        var database = server.NewDatabaseText(wire);
        using var amends = new Amends(_folder.File("home"));
        var one = amends.Run([.. eval, "--out", _folder.File("one")]);
        Assert.True(one.Code == 0, one.Error);
        for (var worker = 0; worker < Workers; worker++)
            amends.Start("work", "--cluster", database);
        var submitter = amends.Start([.. eval, "--out", _folder.File("many"), "--cluster", database]);
        Thread.Sleep(6000);

        wire.Cut();
        Thread.Sleep(seconds * 1000);
        Assert.False(submitter.HasExited, "The run ended before the wire was cut for long.");
        wire.Mend();

        var run = Amends.Finish(submitter);
        Assert.True(run.Code == 0, run.Error);
        Assert.Equal(File.ReadAllBytes(_folder.File("one/cases.csv")), File.ReadAllBytes(_folder.File("many/cases.csv")));
    }

    private static string[] Eval(int cases) =>
        ["eval", "atlas-counterfact", "--model", "atlas-gpt", "--editors", "none,rome:v_num_grad_steps=4,ft:num_steps=5", "--cases", $"{cases}"];

    private void Survives(int cases, int kills, int ofDatabase, int ofSubmitter)
    {
        var eval = Eval(cases);
        var database = server.NewDatabaseText();
        using var alone = new Amends(_folder.File("alone"));
        var one = alone.Run([.. eval, "--out", _folder.File("one")]);
        Assert.True(one.Code == 0, one.Error);
        using var amends = new Amends(_folder.File("home"));
        string[] many = [.. eval, "--out", _folder.File("many"), "--cluster", database];
        Process Work() => amends.Start("work", "--cluster", database);
        var workers = Enumerable.Range(0, Workers).Select(_ => Work()).ToArray();
        var submitter = amends.Start(many);
        var random = new Random(0);
        string[] order = [.. Enumerable.Repeat("worker", kills), .. Enumerable.Repeat("database", ofDatabase), .. Enumerable.Repeat("submitter", ofSubmitter)];
        random.Shuffle(order);

        foreach (var what in order)
        {
            Thread.Sleep(random.Next(1500, 5000));
            switch (what)
            {
                case "worker":
                    var at = random.Next(Workers);
                    workers[at].Kill();
                    workers[at] = Work();
                    break;
                case "database":
                    server.Kill();
                    Thread.Sleep(random.Next(3000));
                    server.Start();
                    break;
                default:
                    submitter.Kill();
                    submitter = amends.Start(many);
                    break;
            }
        }

        var run = Amends.Finish(submitter);
        if (run.Code != 0)
            run = amends.Run(many); // The database was away when it looked.
        Assert.True(run.Code == 0, run.Error);
        Assert.Equal(File.ReadAllBytes(_folder.File("one/cases.csv")), File.ReadAllBytes(_folder.File("many/cases.csv")));
        Assert.Contains($"\"done\": {1 + (3 * cases)}", amends.Run("runs", "--cluster", database, "--json").Output, StringComparison.Ordinal);
    }
}
