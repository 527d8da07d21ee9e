using System.Text.Json.Nodes;
using Amend.Editing.HyperNetworks.Files;
using Amend.Tensors;
using Amend.Tensors.Files;
using Amend.Tensors.Optimization;
using Amend.Testing.HyperNetworks;
using static TorchSharp.torch;

namespace Amend.Editing.Tests.HyperNetworks;

[NoTensorLeaks]
public sealed class NetworkStoreTests
{
    [Fact]
    public void A_shipped_network_is_found_by_the_models_weights_and_by_the_name_of_its_file()
    {
        using var tiny = new TinyTraining();
        var file = Ship(tiny, "usual");

        Assert.Equal(file.Path, tiny.Networks.Find("rate", tiny.Model).Path);
        Assert.Equal(file.Path, tiny.Networks.Find("rate", tiny.Model, "usual").Path);
        Assert.Equal(file.Path, tiny.Networks.Find("rate", tiny.Model, file.Path).Path);
    }

    [Fact]
    public void A_network_of_the_home_goes_before_shipped_ones()
    {
        using var tiny = new TinyTraining();
        Ship(tiny, "usual");
        var own = tiny.Train(("start", "0.02"));

        Assert.Equal(own.Path, tiny.Networks.Find("rate", tiny.Model).Path);
    }

    [Fact]
    public void A_network_is_found_by_a_setting_of_its_training()
    {
        using var tiny = new TinyTraining();
        var (first, second) = (tiny.Train(), tiny.Train(("start", "0.02")));
        JsonObject With(double start) => new() { ["start"] = start };

        Assert.Equal(second.Path, tiny.Networks.Find("rate", tiny.Model, trainedWith: With(0.02)).Path);
        Assert.Equal(first.Path, tiny.Networks.Find("rate", tiny.Model, trainedWith: With((double)first.Record.Settings["start"]!)).Path);
        var none = Assert.Throws<AmendException>(() => tiny.Networks.Find("rate", tiny.Model, trainedWith: With(0.5)));
        var other = Assert.Throws<AmendException>(() => tiny.Networks.Find("rate", tiny.Model, second.Record.Id, With(0.5)));

        Assert.Contains(" with start=0.5, and there is none; ", none.Message, StringComparison.Ordinal);
        Assert.EndsWith(" --data FORMAT:PATH --set start=0.5.", none.Message, StringComparison.Ordinal);
        Assert.Equal(
            $"The network {second.Record.Id} was trained with start=0.02, and start=0.5 was asked; name another network, or leave the setting out.",
            other.Message);
    }

    [Fact]
    public void The_list_has_networks_of_the_home_and_of_models_and_says_what_is_broken()
    {
        using var tiny = new TinyTraining();
        var shipped = Ship(tiny, "usual");
        var own = tiny.Train(("start", "0.02"));
        var torn = Path.Combine(Path.GetDirectoryName(own.Path)!, "torn.safetensors");
        File.WriteAllBytes(torn, File.ReadAllBytes(own.Path)[..200]);

        var all = tiny.Networks.All([tiny.Folder.Path]);

        Assert.Equal([(own.Record.Id, false), ("torn", false), (shipped.Record.Id, true)], all.Select(one => (one.Name, one.IsShipped)));
        Assert.Contains(torn, all[1].Problem!, StringComparison.Ordinal);
        Assert.Null(all[1].File);
    }

    [Fact]
    public void A_network_is_removed_and_a_shipped_one_is_not()
    {
        using var tiny = new TinyTraining();
        var shipped = Ship(tiny, "usual");
        var own = tiny.Train(("start", "0.02"));

        tiny.Networks.Remove(own.Record.Id, [tiny.Folder.Path]);
        var failure = Assert.Throws<AmendException>(() => tiny.Networks.Remove(shipped.Record.Id, [tiny.Folder.Path]));

        Assert.False(File.Exists(own.Path));
        Assert.StartsWith($"The network {shipped.Record.Id} is shipped with a model", failure.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(shipped.Path));
    }

    [Fact]
    public void An_unknown_name_and_one_of_several_are_refused()
    {
        using var tiny = new TinyTraining();
        tiny.Train();
        tiny.Train(("start", "0.02"));

        var unknown = Assert.Throws<AmendException>(() => tiny.Networks.Find("rate", tiny.Model, "moon"));
        var several = Assert.Throws<AmendException>(() => tiny.Networks.Find("rate", tiny.Model, "rate-"));

        Assert.StartsWith("There is no network 'moon'", unknown.Message, StringComparison.Ordinal);
        Assert.StartsWith("'rate-' is the beginning of 2 networks", several.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_editors_network_is_refused()
    {
        using var tiny = new TinyTraining();
        var file = tiny.Train();

        var failure = Assert.Throws<AmendException>(() => tiny.Networks.Find("mend", tiny.Model, file.Record.Id));

        Assert.StartsWith($"The network {file.Record.Id} in '{file.Path}' is for the editor rate, and mend was asked", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_whose_tensors_were_changed_is_refused_and_the_model_stays()
    {
        using var tiny = new TinyTraining();
        var file = tiny.Train();
        var bytes = File.ReadAllBytes(file.Path);
        bytes[^1] ^= 1;
        File.WriteAllBytes(file.Path, bytes);

        var failure = Assert.Throws<AmendException>(() => new RateEditor().Apply(tiny.Model, [TinyTraining.Requests(1).Single()], tiny.Context()));

        Assert.Equal(
            $"The network {file.Record.Id} in '{file.Path}' is broken: its tensors are not those that were written; train it again, or fetch the file again.",
            failure.Message);
        Assert.Equal(tiny.Model.BaseHash, tiny.Model.Weights.Hash());
    }

    [Fact]
    public void A_truncated_file_and_a_file_of_another_form_are_refused()
    {
        using var tiny = new TinyTraining();
        var file = tiny.Train();
        var whole = File.ReadAllBytes(file.Path);

        File.WriteAllBytes(file.Path, whole[..^2]);
        var truncated = Assert.ThrowsAny<AmendException>(() => tiny.Networks.Find("rate", tiny.Model));
        var form = Assert.Throws<AmendException>(() => NetworkFile.Read(Path.Combine(tiny.Folder.Path, "model.safetensors")));

        Assert.Contains(file.Path, truncated.Message, StringComparison.Ordinal);
        Assert.Contains("is no network (its format is", form.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Matrices_are_kept_in_half_precision_and_vectors_and_what_it_cannot_hold_are_not()
    {
        using var scope = NewDisposeScope();
        NamedTensor[] tensors =
        [
            new("matrix", tensor(new[,] { { 1.0f, 0.1f } })), new("vector", tensor(new[] { 1e6f })), new("large", tensor(new[,] { { 1e6f } })),
        ];

        var halved = NetworkFile.Halved(tensors);

        Assert.Equal([ScalarType.Float16, ScalarType.Float32, ScalarType.Float32], halved.Select(one => one.Value.dtype));
        Assert.Equal(0.1f, halved[0].Value.to(ScalarType.Float32)[0, 1].item<float>(), 1e-4f);
    }

    [Fact]
    public void A_network_that_was_trained_with_half_is_read_as_any_other()
    {
        using var tiny = new TinyTraining();

        var file = TinyTraining.Trainer.Train(tiny.Model, TinyTraining.Data, tiny.Training(("steps", "3")) with { Half = true }).File!;
        using var result = new RateEditor().Apply(tiny.Model, [TinyTraining.Requests(1).Single()], tiny.Context());

        using var stored = SafeTensorsFile.Open(file.Path);
        Assert.Equal(ScalarType.Float16, stored.Entry("rates").DType);
        Assert.Equal(file.Record.TensorsHash, result.Edits[0].Record.Network!.Hash);
    }

    [Fact]
    public void A_network_is_loaded_once_while_the_store_lives()
    {
        using var tiny = new TinyTraining();
        var file = tiny.Train();

        var first = tiny.Networks.Loaded(file, tiny.Model, () => new RateNetworkKind().Read(tiny.Model, file));
        var second = tiny.Networks.Loaded(file, tiny.Model, () => new RateNetworkKind().Read(tiny.Model, file));

        Assert.Same(first, second);
    }

    private static NetworkFile Ship(TinyTraining tiny, string name)
    {
        var path = Path.Combine(NetworkStore.ShippedIn(tiny.Folder.Path), name + ".safetensors");
        return TinyTraining.Trainer.Train(tiny.Model, TinyTraining.Data, tiny.Training(("steps", "3")) with { Path = path }).File!;
    }
}
