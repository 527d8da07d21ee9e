using Amend.Models;
using Amend.Models.Generation;
using Amend.Models.Passes;
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

    public static TheoryData<string> Mixtures => GoldenCases.Rows(FamilyModel.Mixtures);

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
    [MemberData(nameof(Cases))]
    public void The_last_block_read_at_some_tokens_gives_what_it_gives_there_where_all_are_read(string id)
    {
        using var scope = NewDisposeScope();
        using var none = no_grad();
        using var model = FamilyModel.Load(id);
        var decoder = model.RequireDecoder("The test");
        var ids_BT = tensor(new long[] { 1, 5, 2, 9, 4, 7, 3, 6, 8, 1, 2, 4 }, 2, 6);
        var pass = AttentionScope.Causal(ones_like(ids_BT, dtype: ScalarType.Bool), 6);
        var embedded_BTD = decoder.Embed(ids_BT, pass.Positions);
        var places = tensor(new long[] { 1, 5 });

        var read_BND = decoder.Blocks(embedded_BTD, pass.ReadAt(model.Shape.Layers - 1, places));

        TensorAssert.CloseRelative("stream", decoder.Blocks(embedded_BTD, pass).index_select(1, places), read_BND, 1e-5);
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

        // Of a model that sees pictures too only the one that reads text is loaded, and so saved.
        var parts = saved.Names.Select(PartOf).ToHashSet();
        Assert.Equal(original.Names.Where(name => parts.Contains(PartOf(name))).Order(StringComparer.Ordinal), saved.Names.Order(StringComparer.Ordinal));
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

            var (reference, routed) = LogitsAndRouters(rounded);
            var (whole, found) = (LogitsRouted(full, routed), LogitsRouted(half, routed));

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
                Enumerable.Range(0, shape.Layers).Where(layer => model.Transformer.HasDownProjection(stack, layer)),
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
        Assert.All(model.Transformer.Stacks, stack => Assert.All(DenseLayers(model, stack), layer => Assert.Equal(!hasGate, sites.Contains(Site.MlpUp(layer).In(stack)))));
    }

    [Theory]
    [MemberData(nameof(AllKinds))]
    public void The_key_times_the_down_projection_is_the_MLPs_output_in_every_stack(string id)
    {
        using var scope = NewDisposeScope();
        using var model = FamilyModel.Load(id);

        foreach (var stack in model.Transformer.Stacks)
        {
            if (!DenseLayers(model, stack).Any())
                continue;
            var layer = DenseLayers(model, stack).First();
            var down = model.Transformer.DownProjection(stack, layer).Value;
            var (key, output) = (Site.MlpKey(layer).In(stack), Site.MlpOut(layer).In(stack));
            using var trace = model.Trace().Capture(key, output);
            FamilyModel.Logits(model);
            var linear = trace[key].matmul(down.t());
            var bias = trace[output] - linear;

            // What is left is a bias, the same at every token, or nothing.
            TensorAssert.Close($"{id} {stack}", bias[0, 0].expand_as(bias), bias, 1e-3);
        }
    }

    [Theory]
    [MemberData(nameof(Mixtures))]
    public void The_experts_outputs_by_their_weights_are_the_mixtures_output_and_each_of_its_sites_can_be_replaced(string id)
    {
        using var scope = NewDisposeScope();
        using var model = FamilyModel.Load(id);
        var layer = MixtureLayers(model).First();
        Site[] sites = [.. Enum.GetValues<SiteKind>().Select(kind => new Site(kind, layer)).Where(model.Transformer.Taps.Visits)];
        using var trace = model.Trace().Capture(sites);
        var plain = FamilyModel.Logits(model);

        var mixed = (trace[Site.ExpertOut(layer)] * trace[Site.ExpertWeight(layer)].unsqueeze(3)).sum(2);
        if (sites.Contains(Site.SharedOut(layer)))
            mixed += trace[Site.SharedOut(layer)] * (sites.Contains(Site.SharedGate(layer)) ? trace[Site.SharedGate(layer)] : 1);
        TensorAssert.Close("MlpOut", trace[Site.MlpOut(layer)], mixed, 1e-5);
        Assert.All(sites, site =>
        {
            using var replaced = model.Trace().Replace(site, value => value.dtype == ScalarType.Int64 ? value.flip(2).roll(1, 1) : value * 1.5 + value.roll(1, 1));
            Assert.False((plain == FamilyModel.Logits(model)).all().item<bool>(), $"{id}: what is put at {site} changes nothing.");
        });
    }

    private static IEnumerable<int> DenseLayers(LanguageModel model, Stack stack) =>
        Enumerable.Range(0, model.Transformer.ShapeOf(stack).Layers).Where(layer => model.Transformer.HasDownProjection(stack, layer));

    private static IEnumerable<int> MixtureLayers(LanguageModel model) =>
        Enumerable.Range(0, model.Shape.Layers).Where(layer => model.Transformer.Taps.Visits(Site.RouterLogits(layer)));

    private static string PartOf(string name) => name.Split('.')[0];

    /// <summary>The logits, and what routers gave: which experts a token goes through is a choice, which any rounding may tip.</summary>
    private static (Tensor Logits, Dictionary<Site, Tensor> Routed) LogitsAndRouters(LanguageModel model)
    {
        Site[] sites = [.. MixtureLayers(model).Select(Site.RouterLogits)];
        using var trace = model.Trace().Capture(sites);
        var logits = FamilyModel.Logits(model);
        return (logits, sites.ToDictionary(site => site, site => trace[site].alias()));
    }

    private static Tensor LogitsRouted(LanguageModel model, Dictionary<Site, Tensor> routed)
    {
        using var trace = model.Trace();
        foreach (var (site, logits) in routed)
            trace.Replace(site, value => logits.to(value.dtype));
        return FamilyModel.Logits(model);
    }
}
