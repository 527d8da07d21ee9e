using Amend.Cli.Tests.Running;
using Microsoft.Data.Sqlite;

namespace Amend.Cli.Tests;

/// <summary>Runs of <c>amend eval</c> that are killed and gone on with.</summary>
public sealed class EvalKillTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("single", 3)]
    [InlineData("sequential", 2)]
    [InlineData("stream", 2, "--upstream", "atlas-known", "--upstream-cases", "4", "--measure-every", "3")]
    public void A_run_that_was_killed_again_and_again_ends_with_the_cases_of_an_undisturbed_one(string protocol, int kills, params string[] more)
    {
        string[] eval =
        [
            "eval", "atlas-counterfact", "--model", Facts.Model, "--editors", "none,rome", "--cases", "8", "--protocol", protocol,
            "--metrics", "cf.s,tf.exact,gen.exact,stream.trr.exact", "--set", "v_num_grad_steps=5", .. more, "--out",
        ];
        var undisturbed = _folder.File("undisturbed");
        new AmendProcess(_folder.File("home")).Run([.. eval, undisturbed]).Done();

        var disturbed = _folder.File("disturbed");
        var amend = new AmendProcess(_folder.File("other-home"));
        for (var kill = 0; kill < kills; kill++)
            Kill(amend, [.. eval, disturbed], Path.Combine(disturbed, "run.db"));
        Assert.False(File.Exists(Path.Combine(disturbed, "cases.csv")));
        amend.Run([.. eval, disturbed]).Done();

        Assert.Equal(File.ReadAllText(Path.Combine(undisturbed, "cases.csv")), File.ReadAllText(Path.Combine(disturbed, "cases.csv")));
    }

    /// <summary>Kills the run when it has kept something new.</summary>
    private static void Kill(AmendProcess amend, string[] args, string database)
    {
        var before = Kept(database);
        using var process = amend.Start(args);
        Assert.True(SpinWait.SpinUntil(() => process.HasExited || Kept(database) > before, Patience), "Nothing was kept in a minute.");
        Assert.False(process.HasExited, "The run ended before it could be killed.");
        process.Kill();
        process.WaitForExit();
    }

    /// <summary>How many cases with edits a run's database holds.</summary>
    private static long Kept(string database)
    {
        Thread.Sleep(TimeSpan.FromMilliseconds(20));
        if (!File.Exists(database))
            return 0;
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = database, Pooling = false, Mode = SqliteOpenMode.ReadOnly }.ToString());
        try
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "SELECT count(*) FROM edits WHERE row = 'rome'";
            return (long)command.ExecuteScalar()!;
        }
        catch (SqliteException)
        {
            // The run is making its tables.
            return 0;
        }
    }
}
