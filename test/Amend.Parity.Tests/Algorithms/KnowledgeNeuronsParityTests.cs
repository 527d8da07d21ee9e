using Amend.Editing;
using Amend.Editing.Editors.KnowledgeNeurons;
using Amend.Models.Shapes;
using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Parity.Tests.Algorithms;

/// <summary>Knowledge neurons against every intermediate of the reference runs.</summary>
[NoTensorLeaks]
[Trait("kind", "parity")]
public sealed class KnowledgeNeuronsParityTests
{
    public static TheoryData<string> Cases => GoldenCases.Rows(GoldenCases.Under("algorithms").Where(golden => golden.Name.StartsWith("kn_", StringComparison.Ordinal)));

    [Theory]
    [MemberData(nameof(Cases))]
    public void Attributions_threshold_and_neurons_are_those_of_the_reference(string id)
    {
        using var kn = KnowledgeNeuronsCase.Open(id);
        using var scope = NewDisposeScope();
        Assert.Equal(kn.TokenIds("prompt_ids"), kn.Model.Tokenize(kn.Prompt).Ids);

        var scores = NeuronAttribution.Attribute(kn.Model, kn.TokenIds("prompt_ids"), kn.TokenIds("ground_truth_ids"), kn.Options);
        var kept = NeuronSelection.Select([scores], kn.Options).nonzero();

        TensorAssert.CloseRelative("attribution", kn.Expected["attribution"], scores, kn.Tolerance);
        Assert.Equal(kn.Threshold, NeuronSelection.Threshold(scores, kn.Options), kn.Threshold * kn.Tolerance);
        var places = kept.data<long>().ToArray().Chunk(2).Select(pair => ((int)pair[0], (int)pair[1]));
        Assert.Equal(kn.Neurons, places);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_change_and_the_edited_logits_are_those_of_the_reference_and_are_taken_back_bit_for_bit(string id)
    {
        using var kn = KnowledgeNeuronsCase.Open(id);
        using var scope = NewDisposeScope();
        var model = kn.Model;

        using var result = new KnowledgeNeuronsEditor(kn.Options).Apply(model, [kn.Request], new EditContext());

        var edit = Assert.Single(result.Edits);
        var changes = Enumerable.Range(0, model.Shape.Layers).ToDictionary(layer => layer, layer => edit.Deltas.GetValueOrDefault(model.Transformer.DownProjection(layer).Name));
        Assert.Equal(edit.Deltas.Count, changes.Values.OfType<LowRankDelta>().Count(change => change.Rank == 1));
        Assert.Equal(kn.Neurons.Select(neuron => neuron.Layer).Distinct().Order(), changes.Where(change => change.Value is not null).Select(change => change.Key));
        foreach (var (layer, change) in changes)
        {
            var expected = kn.Expected[$"weight_delta.{layer}"];
            // Where no neuron of a layer is touched, the reference's change of it is zero and the edit has none.
            TensorAssert.CloseRelative($"weight_delta.{layer}", expected, change is LowRankDelta factors ? factors.ToDense().t() : zeros_like(expected), kn.Tolerance);
        }

        using (inference_mode())
            TensorAssert.CloseRelative("logits_after", kn.Expected["logits_after"], model.NextLogits(TokenBatch.Pad([kn.TokenIds("prompt_ids")], padding: 0))[0], kn.Tolerance);
        result.Revert();
        Assert.Equal(model.BaseHash, model.Weights.Hash());
    }
}
