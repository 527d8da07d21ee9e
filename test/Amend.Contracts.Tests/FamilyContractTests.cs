using Amend.Models;
using Amend.Models.Generation;
using Amend.Models.Scoring;
using Amend.Models.Taps;
using Amend.Tensors.Files;
using static TorchSharp.torch;
using Generator = Amend.Models.Generation.Generator;

namespace Amend.Contracts.Tests;

/// <summary>What every family can do: be asked, be computed in half precision, be saved and loaded again.</summary>
[NoTensorLeaks]
public sealed class FamilyContractTests
{
    /// <summary>
    /// How many times further than the rounding of the weights the rounding of all that is computed may carry the logits: a weight is
    /// rounded once, a value of the residual stream after each of the few operations of a block. Measured: 0.5 to 2.3.
    /// </summary>
    private const double RoundingsOfValues = 4;

    public static TheoryData<string> Cases => GoldenCases.Rows(FamilyModel.Cases);

    public static TheoryData<string> AllKinds => GoldenCases.Rows(FamilyModel.All);

    [Fact]
    public void Every_family_has_a_golden_model_in_the_fixtures()
    {
        var covered = FamilyModel.All.Where(golden => golden.Id.StartsWith("fixtures:", StringComparison.Ordinal)).Select(FamilyModel.TypeOf);

        Assert.Empty(BuiltInFamilies.All.Select(family => family.ModelType).Except(covered));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void It_answers_in_text_and_scores_targets(string id)
    {
        using var model = FamilyModel.Load(id);
        // The golden models have ids that the tokenizer has not.
        var next = new Generator(model).Generate([model.Tokenize("Once upon").Ids], new GenerationOptions { MaxNewTokens = 5 })[0];
        var score = new TargetScorer(model).Score("The cat sat on", "the mat");

        Assert.Equal(5, next.Count);
        Assert.InRange(score.Probability, 0, 1);
        Assert.Equal(" the mat".Length, score.Tokens);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Prompts_that_share_a_beginning_are_scored_as_each_alone_is(string id)
    {
        // Scores come from trees of tokens, where only positions and the mask say what is near: windows and slopes must follow them.
        using var model = FamilyModel.Load(id);
        (string, string)[] pairs = [("The cat sat on", "the mat"), ("The cat sat on", "the moon"), ("The cat sees", "a dog"), ("A", "dog")];

        var together = new TargetScorer(model).Score(pairs);

        var alone = PlainTargetScorer.LogProbabilities(model, pairs, batchSize: 1);
        Assert.All(pairs.Select((_, i) => i), i => Assert.Equal(alone[i].Average(), together[i].LogProbability / together[i].Tokens, 1e-4));
    }

    [Theory]
    [MemberData(nameof(AllKinds))]
    public void Saved_and_loaded_again_it_is_the_same_bit_for_bit(string id)
    {
        using var scope = NewDisposeScope();
        using var folder = new TempFolder();
        using var model = FamilyModel.Load(id);
        FamilyModel.Save(model, id, folder);

        using var again = FamilyModel.LoadFolder(folder.Path);

        Assert.Equal(model.BaseHash, again.BaseHash);
        TensorAssert.Equal("logits", FamilyModel.Logits(model), FamilyModel.Logits(again));
    }

    [Theory]
    [MemberData(nameof(AllKinds))]
    public void What_is_saved_has_the_names_the_orientation_and_the_bytes_of_its_checkpoint(string id)
    {
        using var scope = NewDisposeScope();
        using var folder = new TempFolder();
        using var model = FamilyModel.Load(id);
        FamilyModel.Save(model, id, folder);

        using var original = Checkpoint.Open(GoldenCases.Find(id).Folder);
        using var saved = Checkpoint.Open(folder.Path);

        Assert.Equal(original.Names.Order(StringComparer.Ordinal), saved.Names.Order(StringComparer.Ordinal));
        Assert.All(saved.Names, name => TensorAssert.Equal(name, original.Load(name), saved.Load(name)));
    }

    [Theory]
    [MemberData(nameof(AllKinds))]
    public void In_half_precision_it_is_its_rounded_weights_in_full_precision_but_for_rounding(string id)
    {
        foreach (var dtype in (ScalarType[])[ScalarType.BFloat16, ScalarType.Float16])
        {
            using var scope = NewDisposeScope();
            using var folder = new TempFolder();
            using var full = FamilyModel.Load(id);
            using var half = FamilyModel.Load(id, dtype);
            FamilyModel.Save(half, id, folder);
            using var rounded = FamilyModel.LoadFolder(folder.Path);

            var (whole, reference, found) = (FamilyModel.Logits(full), FamilyModel.Logits(rounded), FamilyModel.Logits(half));

            Assert.Equal(dtype, found.dtype);
            double Distance(Tensor value) => (value.to(float32) - reference).norm().item<float>() / reference.norm().item<float>();
            var (ofWeights, ofValues) = (Distance(whole), Distance(found));
            Assert.True(ofValues < RoundingsOfValues * ofWeights, $"{id} in {dtype}: the logits differ by {ofValues:g3} of their norm, where rounding the weights alone moves them by {ofWeights:g3}.");
        }
    }

    [Theory]
    [MemberData(nameof(AllKinds))]
    public void The_down_projection_maps_keys_to_the_stream_in_every_layer_of_every_stack(string id)
    {
        using var model = FamilyModel.Load(id);

        Assert.All(model.Transformer.Stacks, stack =>
        {
            var shape = model.Transformer.ShapeOf(stack);
            Assert.All(
                Enumerable.Range(0, shape.Layers),
                layer => Assert.Equal([shape.Width, shape.MlpWidth], model.Transformer.DownProjection(stack, layer).Value.shape));
        });
    }

    [Theory]
    [MemberData(nameof(AllKinds))]
    public void A_pass_visits_every_site_that_its_stacks_declare_and_MlpUp_wherever_the_MLP_has_no_gate(string id)
    {
        using var scope = NewDisposeScope();
        using var model = FamilyModel.Load(id);
        Site[] sites =
        [
            .. from stack in model.Transformer.Stacks
               from kind in Enum.GetValues<SiteKind>()
               from layer in Enumerable.Range(-1, model.Transformer.ShapeOf(stack).Layers + 1)
               let site = new Site(kind, layer, stack)
               where model.Transformer.Taps.Visits(site)
               select site,
        ];
        using var trace = model.Trace().Capture(sites);

        FamilyModel.Logits(model);

        Assert.All(sites, site => Assert.False(trace[site].IsInvalid));
        string[] gates = ["gate", "wi_1", "mlp.Wi."];
        var hasGate = model.Weights.All.Any(weight => gates.Any(gate => weight.Name.Contains(gate, StringComparison.Ordinal)));
        Assert.All(model.Transformer.Stacks, stack => Assert.Equal(!hasGate, sites.Contains(Site.MlpUp(0).In(stack))));
    }

    [Theory]
    [MemberData(nameof(AllKinds))]
    public void The_key_times_the_down_projection_is_the_MLPs_output_in_every_stack(string id)
    {
        using var scope = NewDisposeScope();
        using var model = FamilyModel.Load(id);

        foreach (var stack in model.Transformer.Stacks)
        {
            var down = model.Transformer.DownProjection(stack, 0).Value;
            var (key, output) = (Site.MlpKey(0).In(stack), Site.MlpOut(0).In(stack));
            using var trace = model.Trace().Capture(key, output);
            FamilyModel.Logits(model);
            var linear = trace[key].matmul(down.t());
            var bias = trace[output] - linear;

            // What is left is a bias, the same at every token, or nothing.
            TensorAssert.Close($"{id} {stack}", bias[0, 0].expand_as(bias), bias, 1e-3);
        }
    }
}
