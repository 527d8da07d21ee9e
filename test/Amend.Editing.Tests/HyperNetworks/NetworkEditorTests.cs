using Amend.Editing.HyperNetworks;
using Amend.Editing.HyperNetworks.Files;
using Amend.Editing.Stores;
using Amend.Models;
using Amend.Models.Scoring;
using Amend.Tensors;
using Amend.Testing.HyperNetworks;
using static TorchSharp.torch;

namespace Amend.Editing.Tests.HyperNetworks;

[NoTensorLeaks]
public sealed class NetworkEditorTests
{
    private static readonly EditRequest Request = TinyTraining.Requests(1).Single();

    [Fact]
    public void An_edit_makes_its_target_likelier_names_its_network_and_is_taken_back_bit_for_bit()
    {
        using var tiny = new TinyTraining();
        var file = tiny.Train();

        using var result = new RateEditor().Apply(tiny.Model, [Request], tiny.Context());

        var record = result.Edits[0].Record;
        Assert.True(record.ProbabilityAfter > record.ProbabilityBefore, $"{record.ProbabilityBefore} became {record.ProbabilityAfter}");
        Assert.Equal(NetworkNote.Of(file.Record), record.Network);
        Assert.Equal(file.Record.Id, (string?)record.Settings["network"]);
        Assert.Equal([0, 1, 2], record.Layers);
        result.Revert();
        Assert.Equal(tiny.Model.BaseHash, tiny.Model.Weights.Hash());
    }

    [Fact]
    public void An_edits_file_keeps_the_network_and_the_factors()
    {
        using var tiny = new TinyTraining();
        tiny.Train();
        using var result = new RateEditor().Apply(tiny.Model, [Request], tiny.Context());
        var path = tiny.Folder.Beside("edit.safetensors");

        EditFile.Write(result.Edits[0], path);
        using var read = EditFile.Read(path);

        Assert.Equal(result.Edits[0].Record.Network, read.Record.Network);
        Assert.Equal(result.Edits[0].Id, read.Id);
        Assert.All(read.Deltas.Values, delta => Assert.IsType<Amend.Tensors.LinearAlgebra.LowRankDelta>(delta));
    }

    [Fact]
    public void An_edit_keeps_its_change_when_its_network_is_removed()
    {
        using var tiny = new TinyTraining();
        var file = tiny.Train();
        using var result = new RateEditor().Apply(tiny.Model, [Request], tiny.Context());
        var edited = new TargetScorer(tiny.Model).Score(Request.FilledPrompt, Request.TargetNew).LogProbability;
        result.Revert();

        tiny.Networks.Remove(file.Record.Id, []);
        tiny.Model.Applied.Apply(result.Edits[0].Id, result.Edits[0].Effects);

        Assert.Equal(edited, new TargetScorer(tiny.Model).Score(Request.FilledPrompt, Request.TargetNew).LogProbability);
    }

    [Fact]
    public void Without_a_network_the_sentence_says_which_command_trains_one()
    {
        using var tiny = new TinyTraining();
        var context = tiny.Context();

        var failure = Assert.Throws<AmendException>(() => new RateEditor().Check(tiny.Model, context));

        Assert.Equal(
            $"rate needs a network that was trained for the weights of 'tiny' ({tiny.Model.BaseHash[..12]}), and there is none; "
            + "train one with: amend train rate --model tiny --data FORMAT:PATH.",
            failure.Message);
    }

    [Fact]
    public void A_network_of_other_weights_is_not_found_and_is_refused_where_it_is_named()
    {
        using var tiny = new TinyTraining();
        var file = tiny.Train();
        tiny.Folder.WriteWeights(seed: 2);
        using var other = tiny.Folder.Load();

        Assert.Throws<AmendException>(() => new RateEditor().Apply(other, [Request], tiny.Context()));
        var failure = Assert.Throws<AmendException>(() => new RateEditor().Apply(other, [Request], tiny.Context(("network", file.Record.Id))));

        Assert.StartsWith($"The network {file.Record.Id} was trained for the weights {tiny.Model.BaseHash[..12]} ('tiny')", failure.Message, StringComparison.Ordinal);
        Assert.Equal(other.BaseHash, other.Weights.Hash());
    }

    [Fact]
    public void A_layer_is_refused_since_the_network_has_its_own()
    {
        using var tiny = new TinyTraining();
        tiny.Train();

        var failure = Assert.Throws<AmendException>(() => new RateEditor().Apply(tiny.Model, [Request], tiny.Context() with { Layer = 1 }));

        Assert.Equal(
            "The editor rate cannot edit with these settings: layer 1 was asked, and a network changes the layers that it was trained for, so leave --layer out.",
            failure.Message);
    }

    [Fact]
    public void The_same_weights_in_half_precision_are_edited_with_the_same_network()
    {
        using var tiny = new TinyTraining();
        tiny.Train();
        using var half = LanguageModel.Load(tiny.Folder.Path, new LoadOptions { DType = ScalarType.BFloat16 });
        Assert.NotEqual(tiny.Model.BaseHash, half.BaseHash);

        using var result = new RateEditor().Apply(half, [Request], tiny.Context());

        Assert.NotEqual(half.BaseHash, half.Weights.Hash());
        result.Revert();
        Assert.Equal(half.BaseHash, half.Weights.Hash());
    }

    [Fact]
    public void A_GGUF_file_of_the_same_weights_is_edited_with_the_same_network()
    {
        using var tiny = new TinyTraining();
        using var model = LanguageModel.Load(GgufFixture.PathOf("qwen2/hf"));
        using var gguf = LanguageModel.Load(GgufFixture.PathOf("qwen2/model-f32.gguf"));
        EditRequest[] requests = [.. TinyTraining.Requests(4)];
        var network = TinyTraining.Trainer.Train(model, new NetworkData("names", requests[..2], requests[2..]), tiny.Training(("steps", "2"))).File!;

        using var result = new RateEditor().Apply(gguf, [Request], tiny.Context());

        Assert.Equal(network.Record.Id, result.Edits[0].Record.Network!.Id);
    }

    [Fact]
    public void The_network_trained_last_is_used_unless_another_is_named()
    {
        using var tiny = new TinyTraining();
        var first = tiny.Train();
        var second = tiny.Train(("start", "0.02"));

        Assert.Equal(second.Record.Id, tiny.Networks.Find("rate", tiny.Model).Record.Id);
        using var result = new RateEditor().Apply(tiny.Model, [Request], tiny.Context(("network", first.Record.Id[..9])));
        Assert.Equal(first.Record.Id, result.Edits[0].Record.Network!.Id);
    }

    [Fact]
    public void Edits_of_several_networks_are_taken_back_in_any_order()
    {
        using var tiny = new TinyTraining();
        var ids = new[] { tiny.Train().Record.Id, tiny.Train(("start", "0.02")).Record.Id };
        var edits = ids.Select(id => new RateEditor().Apply(tiny.Model, [Request], tiny.Context(("network", id)))).ToList();

        edits[0].Revert();
        edits[1].Revert();

        Assert.Equal(tiny.Model.BaseHash, tiny.Model.Weights.Hash());
        edits.ForEach(edit => edit.Dispose());
    }
}
