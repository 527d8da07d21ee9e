using Amend.Editing.Homes;
using Amend.Editing.Stores;
using Amend.Editing.Tests.HyperNetworks;
using Amend.Testing.HyperNetworks;

namespace Amend.Editing.Tests.Stores;

[NoTensorLeaks]
public sealed class EditsOfNetworkTests
{
    [Fact]
    public void The_edits_that_a_network_made_are_found_and_broken_files_are_none_of_them()
    {
        using var tiny = new TinyTraining();
        var network = tiny.Train().Record.Id;
        using var result = new RateEditor().Apply(tiny.Model, [TinyTraining.Requests(1).Single()], tiny.Context());
        var store = new EditStore(tiny.Model, tiny.Home);
        store.Add(new StoreWrite(result.Edits));
        File.WriteAllText(Path.Combine(Path.GetDirectoryName(store.PathOf("x"))!, "broken.safetensors"), "no edit");

        Assert.Equal([result.Edits[0].Id], EditsOfNetwork.Find(tiny.Home, network));
        Assert.Empty(EditsOfNetwork.Find(tiny.Home, "rate-000000000000"));
        Assert.Empty(EditsOfNetwork.Find(new AmendHome(tiny.Folder.Beside("empty")), network));
    }
}
