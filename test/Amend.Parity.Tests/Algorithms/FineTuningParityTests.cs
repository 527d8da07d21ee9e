using Amend.Editing;
using Amend.Editing.Editors.FineTuning;
using Amend.Models;
using Amend.Models.Scoring;
using Amend.Models.Shapes;
using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Parity.Tests.Algorithms;

/// <summary>Fine-tuning gives what kmeng01/rome's baseline gives, step by step, and what its corrected form gives.</summary>
[NoTensorLeaks]
[Trait("kind", "parity")]
public sealed class FineTuningParityTests
{
    /// <summary>The golden README's tolerance of losses.</summary>
    private const double LossTolerance = 1e-4;

    public static TheoryData<string> Cases => GoldenCases.Rows(GoldenCases.Under("algorithms").Where(golden => golden.Name.StartsWith("ft_", StringComparison.Ordinal)));

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_tokens_are_those_of_the_reference(string id)
    {
        using var tuning = FineTuningCase.Open(id);

        foreach (var (requestId, request) in tuning.Requests)
        {
            Assert.Equal(tuning.TokenIds(requestId, "prompt_ids"), tuning.Model.Tokenize(request.FilledPrompt).Ids);
            Assert.Equal(tuning.TokenIds(requestId, "target_ids"), tuning.Model.Tokenize(TargetSequence.Behind(request.FilledPrompt, request.TargetNew)).Ids);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Losses_change_and_edited_logits_are_those_of_the_reference_and_are_taken_back_bit_for_bit(string id)
    {
        using var tuning = FineTuningCase.Open(id);
        using var scope = NewDisposeScope();
        var (model, options) = (tuning.Model, tuning.Options);

        using var result = new FineTuningEditor(options).Apply(model, [.. tuning.Requests.Select(r => r.Request)], new EditContext());

        var edit = Assert.Single(result.Edits);
        AssertLosses(tuning.Losses, edit.Record.Losses);
        var down = model.Transformer.DownProjection(options.Layers[0]);
        Assert.Equal(2, edit.Deltas.Count);
        foreach (var (name, delta) in edit.Deltas)
        {
            var dense = Assert.IsType<DenseDelta>(delta).Value;
            TensorAssert.CloseRelative(name, tuning.Expected[$"weight_delta.{name}"], name == down.Name && down.StoredTransposed ? dense.t() : dense, tuning.Tolerance);
        }

        foreach (var (place, (_, request)) in tuning.Requests.Index())
            TensorAssert.CloseRelative("logits_after", tuning.Expected[$"logits_after.{place}"], Logits(model, request), tuning.Tolerance);
        result.Revert();
        Assert.Equal(model.BaseHash, model.Weights.Hash());
    }

    private static void AssertLosses(double[] expected, IReadOnlyList<LossStep> losses)
    {
        Assert.Equal(expected.Length, losses.Count);
        for (var step = 0; step < expected.Length; step++)
            Assert.Equal(expected[step], losses[step].Total, LossTolerance);
    }

    private static Tensor Logits(LanguageModel model, EditRequest request)
    {
        using var inference = inference_mode();
        return model.NextLogits(TokenBatch.Pad([model.Tokenize(request.FilledPrompt).Ids], padding: 0))[0];
    }
}
