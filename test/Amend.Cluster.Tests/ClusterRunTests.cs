namespace Amend.Cluster.Tests;

/// <summary>A run that workers of a cluster do is the run that one process does.</summary>
[Collection(PostgresServer.Alone)]
public sealed class ClusterRunTests(PostgresServer server) : IDisposable
{
    private static readonly string[] Eval =
        ["eval", "atlas-counterfact", "--model", "atlas-gpt", "--editors", "none,rome:v_num_grad_steps=4,ft:num_steps=5", "--cases", "12"];

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

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
