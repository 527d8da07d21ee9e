using Amend.Cluster.Database;

namespace Amend.Cluster.Tests;

/// <summary>A run that workers of a cluster do is the run that one process does.</summary>
[Collection(PostgresServer.Alone)]
public sealed class ClusterRunTests(PostgresServer server) : IDisposable
{
    private static readonly string[] Eval =
        ["eval", "atlas-counterfact", "--model", "atlas-gpt", "--editors", "none,rome:v_num_grad_steps=4,ft:num_steps=5", "--cases", "12"];

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>One unit, whose worker is killed on its way: another has the edits made so far from the database.</summary>
    [Fact]
    public void A_sequential_run_goes_on_at_another_worker()
    {
        string[] eval = ["eval", "atlas-counterfact", "--model", "atlas-gpt", "--editors", "rome:v_num_grad_steps=10", "--protocol", "sequential", "--cases", "24"];
        var database = server.NewDatabaseText();
        using var amends = new Amends(_folder.File("home"));
        var one = amends.Run([.. eval, "--out", _folder.File("one")]);
        Assert.True(one.Code == 0, one.Error);
        var submitter = amends.Start([.. eval, "--out", _folder.File("many"), "--cluster", database]);
        var work = amends.Start("work", "--cluster", database);
        Assert.True(SpinWait.SpinUntil(() => submitter.HasExited || Edits(database) > 4, Amends.Patience));
        Assert.False(submitter.HasExited, "The run ended before its worker was killed.");
        work.Kill();

        amends.Start("work", "--cluster", database);

        var run = Amends.Finish(submitter);
        Assert.True(run.Code == 0, run.Error);
        Assert.Equal(File.ReadAllBytes(_folder.File("one/cases.csv")), File.ReadAllBytes(_folder.File("many/cases.csv")));
    }

    private static long Edits(string database)
    {
        using var opened = ClusterDatabase.Open(ClusterAddress.Parse(database));
        return opened.Use(connection => connection.Rows("SELECT to_regclass('amend_run_1.kept') IS NULL", row => row.GetBoolean(0))[0]
            ? 0
            : connection.Rows("SELECT count(*) FROM amend_run_1.kept", row => row.GetInt64(0))[0]);
    }

    [Fact]
    public void Four_workers_give_the_cases_of_one_process_byte_for_byte()
    {
        var database = server.NewDatabaseText();
        using var amends = new Amends(_folder.File("home"));
        using var alone = new Amends(_folder.File("alone"));
        var one = alone.Run([.. Eval, "--out", _folder.File("one")]);
        Assert.True(one.Code == 0, one.Error);
        for (var worker = 0; worker < 4; worker++)
            amends.Start("work", "--cluster", database);

        var run = amends.Run([.. Eval, "--out", _folder.File("many"), "--cluster", database]);

        Assert.True(run.Code == 0, run.Error);
        Assert.Equal(File.ReadAllBytes(_folder.File("one/cases.csv")), File.ReadAllBytes(_folder.File("many/cases.csv")));
    }
}
