using Amend.Cli.Tests.Running;
using Amend.Models;

namespace Amend.Cli.Tests;

public sealed class KillTests(ITestOutputHelper output)
{
    [Fact]
    public Task A_killed_edit_or_revert_leaves_the_state_before_or_the_one_after() => KillAsync(killsALane: 7);

    /// <summary>More of them, by its name alone.</summary>
    [Fact(Explicit = true)]
    public Task Fifty_kills() => KillAsync(killsALane: 26);

    private async Task KillAsync(int killsALane)
    {
        using var folder = new TempFolder();
        using var model = LanguageModel.Load(ModelFolders.Embedded);
        KillLane[] lanes = [new(model, folder.File("first"), 1), new(model, folder.File("second"), 2)];

        await Task.WhenAll(lanes.Select(lane => Task.Run(() => lane.Run(killsALane), TestContext.Current.CancellationToken)));

        foreach (var lane in lanes)
        {
            output.WriteLine($"{lane.Before} kills left the state before, {lane.After} the one after; {lane.Missed} processes were done before their kill");
            Assert.Equal(killsALane, lane.Before + lane.After);
            lane.FinishWithOneMoreEdit();
        }
    }
}
