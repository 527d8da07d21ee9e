using Amend.Cli.Tests.Running;
using Amend.Tensors.Native;

namespace Amend.Cli.Tests;

/// <summary>Processes that start where no patched copy of TorchSharp's library is yet.</summary>
public sealed class NativeCacheTests
{
    [Fact]
    public void Processes_that_start_at_once_do_not_break_each_other()
    {
        using var home = new TempFolder();
        var amend = new AmendProcess(home.File("home")) { Environment = { ["XDG_CACHE_HOME"] = home.File("cache") } };

        var started = Enumerable.Range(0, 2).Select(_ => amend.Start("ask", "atlas-gpt", "The capital of Japan is", "--tokens", "1")).ToArray();
        var runs = started.Select(AmendProcess.Finish).ToArray();

        Assert.All(runs, run => Assert.StartsWith("The capital of Japan is Tokyo", run.Output, StringComparison.Ordinal));
        Array.ForEach(started, process => process.Dispose());
    }

    [Fact]
    public void A_cache_that_cannot_be_written_is_one_sentence_that_names_the_way_out()
    {
        Assert.SkipUnless(TorchRuntime.IsPatched, "This system's libstdc++ needs no patched copy.");
        using var home = new TempFolder();
        File.WriteAllText(home.File("file"), "");
        var amend = new AmendProcess(home.File("home")) { Environment = { ["XDG_CACHE_HOME"] = home.File("file") } };

        var run = amend.Run("models");

        Assert.Equal(2, run.ExitCode);
        Assert.StartsWith("amend: This system's libstdc++ is older", run.Error, StringComparison.Ordinal);
        Assert.Contains("XDG_CACHE_HOME", run.Error, StringComparison.Ordinal);
    }
}
