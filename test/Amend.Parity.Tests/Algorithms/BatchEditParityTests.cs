using Amend.Editing;
using Amend.Editing.Batches;
using Amend.Editing.KeyValue;
using Amend.Models;
using Amend.Models.Effects;
using Amend.Models.Shapes;
using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Parity.Tests.Algorithms;

/// <summary>MEMIT, EMMET and AlphaEdit give what their authors' code gives, batch by batch, layer by layer and step by step.</summary>
[NoTensorLeaks]
[Trait("kind", "parity")]
public sealed class BatchEditParityTests
{
    /// <summary>The golden README: losses are compared at 20 times the largest float32 to float64 difference seen (1.4e-6), with a floor.</summary>
    private const double LossTolerance = 5e-5;

    /// <summary>Elements at RECT's threshold can fall on either side of it by rounding: of 4096, so many.</summary>
    private const int FlippedElements = 8;

    private static readonly string[] Families = ["memit_", "emmet_", "alphaedit_"];

    public static TheoryData<string> Cases => GoldenCases.Rows(
        GoldenCases.Under("algorithms").Where(golden => Families.Any(family => golden.Name.StartsWith(family, StringComparison.Ordinal))));

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_tokens_are_those_of_the_reference(string id)
    {
        using var golden = BatchEditCase.Open(id);
        var requests = golden.Batches[0];
        var batch = RewriteBatch.Create(golden.Model, [.. requests.Select(r => r.Request)], golden.Templates, golden.Method.Options.FactToken);

        foreach (var (i, (request, _)) in requests.Index())
        {
            var ids = golden.TokenIds(request);
            Assert.Equal(ids.GetProperty("target_ids").EnumerateArray().Select(t => t.GetInt32()), batch.Targets[i]);
            Assert.Equal(
                ids.GetProperty("rewriting_ids").EnumerateArray().Append(ids.GetProperty("kl_prompt_ids")).Select(row => row.EnumerateArray().Select(t => t.GetInt32()).ToArray()),
                batch.Rows.Skip(i * batch.RowsEach).Take(batch.RowsEach).Select(row => row.ToArray()));
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Values_losses_keys_residuals_and_updates_are_those_of_the_reference(string id)
    {
        using var golden = BatchEditCase.Open(id);
        using var scope = NewDisposeScope();
        var (options, solve) = golden.Method;
        foreach (var (b, batch) in golden.Batches.Index())
        {
            EditRequest[] requests = [.. batch.Select(r => r.Request)];
            var values = BatchValues.Optimize(golden.Model, requests, golden.Templates, options);
            var target = values.Original + values.Delta;
            var lookups = new LookupPass(golden.Model, requests, golden.Templates, options.FactToken, chunk: 3);
            using var deltas = new DeltaSet();
            new LayerSpread(lookups, target, options.Layers).Solve(golden.Model, golden.Statistics, solve, deltas);

            Close(golden, $"b{b}.z", target);
            foreach (var (i, (request, _)) in batch.Index())
                AssertLosses(golden.Steps(b, request), values.Losses[i]);
            foreach (var layer in options.Layers)
            {
                var weight = golden.Model.Transformer.DownProjection(layer).Name;
                var delta = Assert.IsType<LowRankDelta>(deltas[weight]);
                var keys = deltas.ToEffects().OfType<MemoryEffect>().Single(memory => memory.Weight == weight).Values["keys"];
                Close(golden, $"b{b}.K.{layer}", keys.t());
                Close(golden, $"b{b}.residual.{layer}", delta.Left.t());
                if (golden.Expected.Names.Contains($"b{b}.K_after.{layer}"))
                    Close(golden, $"b{b}.K_after.{layer}", keys.t());
                if (!golden.IsRect)
                    Close(golden, $"b{b}.weight_delta.{layer}", AsStored(golden, layer, delta.ToDense()));
            }

            golden.Model.Applied.Apply($"batch {b}", deltas.ToEffects());
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_edited_model_has_the_logits_of_the_reference_and_is_taken_back_bit_for_bit(string id)
    {
        using var golden = BatchEditCase.Open(id);
        using var scope = NewDisposeScope();
        var results = new Stack<EditResult>();
        foreach (var (b, batch) in golden.Batches.Index())
        {
            results.Push(golden.Editor.Apply(
                golden.Model, [.. batch.Select(r => r.Request)], new EditContext { Templates = golden.Templates, Statistics = golden.Statistics }));

            Close(golden, $"b{b}.logits_after", Logits(golden.Model, batch.Select(r => r.Request)));
            if (golden.IsRect)
                AssertRect(golden, b, Assert.Single(results.Peek().Edits));
        }

        foreach (var result in results)
        {
            result.Revert();
            result.Dispose();
        }

        Assert.Equal(golden.Model.BaseHash, golden.Model.Weights.Hash());
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_null_space_is_that_of_the_reference(string id)
    {
        using var golden = BatchEditCase.Open(id);
        if (golden.Method.Options is not Editing.Editors.AlphaEdit.AlphaEditOptions options)
            return;
        using var scope = NewDisposeScope();

        foreach (var (i, layer) in options.Layers.Index())
        {
            using var space = golden.Statistics.ComputedNullSpace(layer, options.NullspaceThreshold);
            Assert.Equal(golden.Expected["null_dims"][i].item<float>(), space.Dimensions, 0.01);
            TensorAssert.CloseRelative($"P.{layer}", golden.Expected["P"][i], space.Projector, golden.Tolerance);
        }
    }

    private static void AssertRect(BatchEditCase golden, int batch, Edit edit)
    {
        foreach (var layer in golden.Method.Options.Layers)
        {
            var expected = golden.Expected[$"b{batch}.weight_delta.{layer}"];
            var delta = Assert.IsType<DenseDelta>(edit.Deltas[golden.Model.Transformer.DownProjection(layer).Name]);
            var found = AsStored(golden, layer, delta.Value);
            var difference = (found - expected).abs();
            Assert.InRange((difference > golden.Tolerance * expected.abs().max()).sum().item<long>(), 0, FlippedElements);
            Assert.InRange(found.count_nonzero().item<long>() - expected.count_nonzero().item<long>(), -FlippedElements, FlippedElements);
        }
    }

    private static void AssertLosses(System.Text.Json.JsonElement[] expected, IReadOnlyList<LossStep> losses)
    {
        Assert.Equal(expected.Length, losses.Count);
        for (var step = 0; step < expected.Length; step++)
        {
            Assert.Equal(expected[step].GetProperty("total").GetDouble(), losses[step].Total, LossTolerance);
            Assert.Equal(expected[step].GetProperty("nll").GetDouble(), losses[step].Nll, LossTolerance);
            Assert.Equal(expected[step].GetProperty("kl").GetDouble(), losses[step].Kl, LossTolerance);
            Assert.Equal(expected[step].GetProperty("weight_decay").GetDouble(), losses[step].WeightDecay, LossTolerance);
        }
    }

    private static void Close(BatchEditCase golden, string name, Tensor found) =>
        TensorAssert.CloseRelative(name, golden.Expected[name], found, golden.Tolerance);

    private static Tensor AsStored(BatchEditCase golden, int layer, Tensor dense) =>
        golden.Model.Transformer.DownProjection(layer).StoredTransposed ? dense.t() : dense;

    private static Tensor Logits(LanguageModel model, IEnumerable<EditRequest> requests)
    {
        using var inference = inference_mode();
        return model.NextLogits(TokenBatch.Pad([.. requests.Select(request => model.Tokenize(request.FilledPrompt).Ids)], padding: 0));
    }
}
