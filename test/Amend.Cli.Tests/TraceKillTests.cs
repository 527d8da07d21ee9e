using Amend.Cli.Tests.Running;

namespace Amend.Cli.Tests;

/// <summary>A trace of many facts that is killed and gone on with.</summary>
public sealed class TraceKillTests : IDisposable
{
    private const int Kills = 3;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private readonly TempFolder _folder = new();
    private readonly AmendProcess _amend;

    public TraceKillTests() => _amend = new AmendProcess(_folder.File("home"));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Facts_that_were_traced_before_a_kill_are_kept_and_the_averages_are_an_undisturbed_runs()
    {
        string[] trace = ["trace", Facts.Model, "--facts", "atlas-known", "--cases", "16", "--kind", "mlp", "--out"];
        _amend.Run([.. trace, _folder.File("undisturbed")]).Done();

        for (var kill = 0; kill < Kills; kill++)
            Kill([.. trace, _folder.File("disturbed")]);
        _amend.Run([.. trace, _folder.File("disturbed")]).Done();

        Assert.Equal(Summary("undisturbed"), Summary("disturbed"));
    }

    /// <summary>Kills the run when it has kept a new fact.</summary>
    private void Kill(string[] args)
    {
        var before = Kept();
        using var process = _amend.Start(args);
        Assert.True(SpinWait.SpinUntil(() => process.HasExited || Kept() > before, Patience), "Nothing was kept in a minute.");
        Assert.False(process.HasExited, "The run ended before it could be killed.");
        process.Kill();
        process.WaitForExit();
    }

    private int Kept()
    {
        var facts = _folder.File(Path.Combine("disturbed", "facts"));
        Thread.Sleep(TimeSpan.FromMilliseconds(5));
        return Directory.Exists(facts) ? Directory.GetFiles(facts, "*.json").Length : 0;
    }

    private string Summary(string run) => File.ReadAllText(_folder.File(Path.Combine(run, "summary.json")));
}
