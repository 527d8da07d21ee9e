using Amend.Editing.HyperNetworks.Rows;
using Amend.Editing.Tests.Editors.Mend;
using Amend.Models.Scoring;
using static TorchSharp.torch;

namespace Amend.Editing.Tests.HyperNetworks.Rows;

[NoTensorLeaks]
public sealed class OwnUpdatesTests
{
    [Fact]
    public void Several_edits_tried_in_one_pass_give_what_each_gives_alone()
    {
        using var mend = new TinyMend().Trained();
        using var scope = NewDisposeScope();
        using var none = no_grad();
        var (model, requests) = (mend.Model, TinyMend.Requests);
        int[] owners = [2, 0, 1, 0];
        var rows = owners.Select((owner, i) => OutputRow.Of(model, requests[(owner + i) % 3].FilledPrompt, requests[owner].TargetNew)).ToList();

        using var together = new OutputBatch(model, rows);
        Tensor found;
        using (OwnUpdates.Open(model, mend.Network.Apart(model, requests, learn: false), owners))
            found = together.States();

        var expected = owners.Zip(rows).Select(pair =>
        {
            using var alone = new OutputBatch(model, [pair.Second]);
            var updates = mend.Network.Updates(model, [requests[pair.First]]);
            using var view = model.View();
            foreach (var (weight, update) in updates)
                view.Add(weight, update);
            return alone.States();
        });
        TensorAssert.CloseRelative("states", cat([.. expected], 0), found, 1e-4);
    }
}
