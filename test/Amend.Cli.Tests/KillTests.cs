using Amend.Cli.Tests.Running;
using Amend.Models;

namespace Amend.Cli.Tests;

public sealed class KillTests(ITestOutputHelper output)
{
    private const int KillsALane = 26;

    [Fact]
    public async Task A_killed_edit_or_revert_leaves_the_state_before_or_the_one_after()
    {
        using var folder = new TempFolder();
        using var model = LanguageModel.Load(ModelFolders.Embedded);
        KillLane[] lanes = [new(model, folder.File("first"), 1), new(model, folder.File("second"), 2)];

        await Task.WhenAll(lanes.Select(lane => Task.Run(() => lane.Run(KillsALane), TestContext.Current.CancellationToken)));

        foreach (var lane in lanes)
        {
            output.WriteLine($"{lane.Before} kills left the state before, {lane.After} the one after; {lane.Missed} processes were done before their kill");
            Assert.Equal(KillsALane, lane.Before + lane.After);
            lane.FinishWithOneMoreEdit();
        }
    }
}
