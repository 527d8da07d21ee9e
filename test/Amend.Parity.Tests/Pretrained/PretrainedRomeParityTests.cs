using System.Text.Json;
using Amend.Editing;
using Amend.Editing.Editors.Rome;
using Amend.Editing.KeyValue;
using Amend.Models;
using Amend.Models.Generation;
using Amend.Models.Shapes;
using Amend.Parity.Tests.Algorithms;
using static TorchSharp.torch;
using Generator = Amend.Models.Generation.Generator;

namespace Amend.Parity.Tests.Pretrained;

/// <summary>ROME on SmolLM2 gives what kmeng01/rome gives, with the same prefixes and second moment.</summary>
[NoTensorLeaks]
[Trait("kind", "parity")]
public sealed class PretrainedRomeParityTests(PretrainedModel pretrained) : IClassFixture<PretrainedModel>
{
    /// <summary>The golden README: relative to the largest element, of losses relative to the loss.</summary>
    private const double KeyTolerance = 3e-5;

    private const double ChangeTolerance = 2e-3;
    private const double LogitsBeforeTolerance = 1e-5;
    private const double LogitsAfterTolerance = 1e-3;
    private const double LossTolerance = 1e-3;

    public static TheoryData<string, string> Edits => PretrainedModel.Numbered("rome");

    private LanguageModel Model => pretrained.Model;

    [Theory]
    [MemberData(nameof(Edits))]
    public void Keys_value_losses_and_update_are_those_of_the_reference(string id, string name)
    {
        var golden = PretrainedModel.Find(id);
        var file = golden.Json($"{name}.json");
        var (asked, options) = (new RomeAsked(file), new RomeAsked(file).Options);
        using var expected = golden.Tensors($"{name}.safetensors");
        using var moments = Moments(golden, options.Layer);
        using var scope = NewDisposeScope();
        var batch = RewriteBatch.Create(Model, asked.Request, asked.Templates, options.FactToken);
        using var clean = CleanPass.Run(Model, batch, options.Layer);
        using var pass = new SuffixPass(Model, batch, clean, options.Layer, options.KlAtPromptEnd);

        var values = ValueOptimizer.Optimize(pass, batch, clean.Values.narrow(0, 0, 1), options);
        using var update = RomeUpdate.Compute(clean, values.Delta[0], moments.Factored(Model, options.Layer, 0), options);

        TensorAssert.CloseRelative("key_averaged", expected["key_averaged"], clean.Keys.mean([0]), KeyTolerance);
        TensorAssert.CloseRelative("key_bare", expected["key_bare"], clean.Keys[0], KeyTolerance);
        TensorAssert.CloseRelative("v_bare", expected["v_bare"], clean.Values[0], KeyTolerance);
        AssertLosses(file.GetProperty("losses"), values.Losses[0]);
        TensorAssert.CloseRelative("delta", expected["delta"], values.Delta[0], ChangeTolerance);
        TensorAssert.CloseRelative("u", expected["u"], update.Right.squeeze(1), KeyTolerance);
        TensorAssert.CloseRelative("right_vector", expected["right_vector"], update.Left.squeeze(1), ChangeTolerance);
    }

    [Theory]
    [MemberData(nameof(Edits))]
    public void The_edited_model_says_what_the_edited_reference_says_and_is_taken_back_bit_for_bit(string id, string name)
    {
        var golden = PretrainedModel.Find(id);
        var file = golden.Json($"{name}.json");
        var asked = new RomeAsked(file);
        using var expected = golden.Tensors($"{name}.safetensors");
        using var moments = Moments(golden, asked.Options.Layer);
        using var scope = NewDisposeScope();
        TensorAssert.CloseRelative("logits_before", expected["logits_before"], Logits(asked.Request, expected), LogitsBeforeTolerance);

        using var edit = new RomeEditor(asked.Options).Apply(
            Model, [asked.Request], new EditContext { Templates = asked.Templates, Statistics = moments });

        TensorAssert.CloseRelative("logits_after", expected["logits_after"], Logits(asked.Request, expected), LogitsAfterTolerance);
        foreach (var generated in file.GetProperty("generated_after").EnumerateArray())
        {
            var ids = Model.Tokenize(generated.GetProperty("prompt").GetString()!).Ids;
            int[] wanted = [.. generated.GetProperty("ids").EnumerateArray().Select(one => one.GetInt32())];
            var options = new GenerationOptions { MaxNewTokens = wanted.Length - ids.Count, StopAtEndOfText = false };
            Assert.Equal(wanted[ids.Count..], new Generator(Model).Generate([ids], options)[0]);
        }

        edit.Revert();
        Assert.Equal(Model.BaseHash, Model.Weights.Hash());
    }

    internal static GivenSecondMoments Moments(GoldenCase golden, int layer) => new(golden.File($"second_moment_{layer}.safetensors"), null);

    private static void AssertLosses(JsonElement expected, IReadOnlyList<LossStep> losses)
    {
        Assert.Equal(expected.GetArrayLength(), losses.Count);
        foreach (var (reference, found) in expected.EnumerateArray().Zip(losses))
        {
            var total = reference.GetProperty("total").GetDouble();
            Assert.Equal(total, found.Total, LossTolerance * total);
            Assert.Equal(reference.GetProperty("nll").GetDouble(), found.Nll, LossTolerance * total);
            Assert.Equal(reference.GetProperty("kl").GetDouble(), found.Kl, LossTolerance * total);
            Assert.Equal(reference.GetProperty("decay").GetDouble(), found.WeightDecay, LossTolerance * total);
        }
    }

    private Tensor Logits(EditRequest request, GoldenTensors expected)
    {
        using var inference = inference_mode();
        var logits_V = Model.NextLogits(TokenBatch.Pad([Model.Tokenize(request.FilledPrompt).Ids], padding: 0))[0];
        return logits_V.narrow(0, 0, expected["logits_before"].shape[0]);
    }
}
