using Amend.Editing.Editors.Rome;
using Amend.Editing.KeyValue;
using Amend.Models;
using Amend.Models.Shapes;
using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Parity.Tests.Algorithms;

/// <summary>ROME, R-ROME and p-ROME give what kmeng01/rome and rebuilding-rome give, step by step.</summary>
[NoTensorLeaks]
[Trait("kind", "parity")]
public sealed class RomeParityTests
{
    /// <summary>The golden README: losses are compared at 20 times the largest float32 to float64 difference seen (2.4e-6).</summary>
    private const double LossTolerance = 5e-5;

    public static TheoryData<string> Cases => GoldenCases.Rows(GoldenCases.Under("algorithms").Where(golden => golden.Name.Contains("rome_", StringComparison.Ordinal)));

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_tokens_and_lookup_positions_are_those_of_the_reference(string id)
    {
        using var rome = RomeCase.Open(id);
        var batch = RewriteBatch.Create(rome.Model, rome.Request, rome.Templates, rome.Options.FactToken);
        var ids = rome.TokenIds;

        Assert.Equal(ids.GetProperty("target_ids").EnumerateArray().Select(t => t.GetInt32()), batch.Targets[0]);
        Assert.Equal(
            ids.GetProperty("rewriting_ids").EnumerateArray().Append(ids.GetProperty("kl_prompt_ids")).Select(row => row.EnumerateArray().Select(t => t.GetInt32()).ToArray()),
            batch.Rows.Select(row => row.ToArray()));
        Assert.Equal(
            ids.GetProperty("subject_last_index_per_template").EnumerateArray().Append(ids.GetProperty("kl_lookup_index")).Select(t => t.GetInt32()),
            batch.Lookup);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Keys_value_losses_and_update_are_those_of_the_reference(string id)
    {
        using var rome = RomeCase.Open(id);
        using var scope = NewDisposeScope();
        var (options, expected) = (rome.Options, rome.Expected);
        var batch = RewriteBatch.Create(rome.Model, rome.Request, rome.Templates, options.FactToken);
        using var clean = CleanPass.Run(rome.Model, batch, options.Layer);
        using var pass = new SuffixPass(rome.Model, batch, clean, options.Layer, options.KlAtPromptEnd);
        using var secondMoment = rome.SecondMoment();

        var values = ValueOptimizer.Optimize(pass, batch, clean.Values.narrow(0, 0, 1), options);
        var (delta, losses) = (values.Delta[0], values.Losses[0]);
        using var update = RomeUpdate.Compute(clean, delta, secondMoment, options);

        TensorAssert.CloseRelative("key_averaged", expected["key_averaged"], clean.Keys.mean([0]), rome.Tolerance);
        TensorAssert.CloseRelative("key_bare", expected["key_bare"], clean.Keys[0], rome.Tolerance);
        TensorAssert.CloseRelative("v_bare", expected["v_bare"], clean.Values[0], rome.Tolerance);
        AssertLosses(rome, losses);
        TensorAssert.CloseRelative("delta", expected["delta"], delta, rome.Tolerance);
        TensorAssert.CloseRelative("v_star", expected["v_star"], clean.Values[0] + delta, rome.Tolerance);
        TensorAssert.CloseRelative("u", expected["u"], update.Right.squeeze(1), rome.Tolerance);
        TensorAssert.CloseRelative("right_vector", expected["right_vector"], update.Left.squeeze(1), rome.Tolerance);
        var dense = update.ToDense();
        var isStoredTransposed = rome.Model.Transformer.DownProjection(options.Layer).StoredTransposed;
        TensorAssert.CloseRelative("weight_delta", expected["weight_delta"], isStoredTransposed ? dense.t() : dense, rome.Tolerance);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_edited_model_has_the_logits_of_the_reference_and_is_taken_back_bit_for_bit(string id)
    {
        using var rome = RomeCase.Open(id);
        using var scope = NewDisposeScope();
        using var given = new GivenSecondMoment(rome.SecondMoment());
        TensorAssert.CloseRelative("logits_before", rome.Expected["logits_before"], Logits(rome), rome.Tolerance);

        using var edit = new RomeEditor(rome.Options).Apply(
            rome.Model, [rome.Request], new Editing.EditContext { Templates = rome.Templates, Statistics = given });

        TensorAssert.CloseRelative("logits_after", rome.Expected["logits_after"], Logits(rome), rome.Tolerance);
        edit.Revert();
        Assert.Equal(rome.Model.BaseHash, rome.Model.Weights.Hash());
    }

    private static void AssertLosses(RomeCase rome, IReadOnlyList<Editing.LossStep> losses)
    {
        var expected = rome.Steps.ToArray();
        Assert.Equal(expected.Length, losses.Count);
        for (var step = 0; step < expected.Length; step++)
        {
            Assert.Equal(expected[step].GetProperty("total").GetDouble(), losses[step].Total, LossTolerance);
            Assert.Equal(expected[step].GetProperty("nll").GetDouble(), losses[step].Nll, LossTolerance);
            Assert.Equal(expected[step].GetProperty("kl").GetDouble(), losses[step].Kl, LossTolerance);
            Assert.Equal(expected[step].GetProperty("weight_decay").GetDouble(), losses[step].WeightDecay, LossTolerance);
        }
    }

    private static Tensor Logits(RomeCase rome)
    {
        using var inference = inference_mode();
        return rome.Model.NextLogits(TokenBatch.Pad([rome.Model.Tokenize(rome.Request.FilledPrompt).Ids], padding: 0))[0];
    }

    private sealed class GivenSecondMoment(SpdMatrix? matrix) : Editing.Statistics.ISecondMomentSource, IDisposable
    {
        public SpdMatrix Factored(LanguageModel model, int layer, double ridge) => matrix!;

        public Tensor Mean(LanguageModel model, int layer) => throw new NotSupportedException("ROME asks for the factored moment.");

        public NullSpace NullSpace(LanguageModel model, int layer, double threshold) => throw new NotSupportedException("ROME has no null space.");

        public void Dispose() => matrix?.Dispose();
    }
}
