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

        var scores = NeuronAttribution.Of(kn.Model, kn.TokenIds("prompt_ids"), kn.TokenIds("ground_truth_ids"), kn.Options);
        var kept = NeuronSelection.Of([scores], kn.Options).nonzero();

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
        for (var layer = 0; layer < model.Shape.Layers; layer++)
        {
            var change = Assert.IsType<LowRankDelta>(edit.Deltas[model.Decoder.DownProjection(layer).Name]);
            Assert.Equal(1, change.Rank);
            TensorAssert.CloseRelative($"weight_delta.{layer}", kn.Expected[$"weight_delta.{layer}"], change.ToDense().t(), kn.Tolerance);
        }

        using (inference_mode())
            TensorAssert.CloseRelative("logits_after", kn.Expected["logits_after"], model.NextLogits(TokenBatch.Pad([kn.TokenIds("prompt_ids")], padding: 0))[0], kn.Tolerance);
        result.Revert();
        Assert.Equal(model.BaseHash, model.Decoder.Weights.Hash());
    }
}
