using Amend.Editing.Editors;
using Amend.Models;
using Amend.Models.Effects;
using Amend.Models.Families;
using Amend.Models.Generation;
using Amend.Models.Passes;
using Amend.Models.Scoring;
using Amend.Models.Shapes;
using Amend.Models.Taps;
using Amend.Tensors;
using Amend.Tensors.LinearAlgebra;
using TorchSharp;
using static TorchSharp.torch;
using Generator = Amend.Models.Generation.Generator;

namespace Amend.Contracts.Tests;

/// <summary>
/// What the seam at the linear layers gives on every family: adaptors, inputs and output gradients, changed weights, views.
/// </summary>
[NoTensorLeaks]
public sealed class SeamContractTests
{
    public static TheoryData<string> AllKinds => GoldenCases.Rows(FamilyModel.All);

    public static TheoryData<string> Causal => GoldenCases.Rows(FamilyModel.Cases);

    [Theory]
    [MemberData(nameof(AllKinds))]
    public void An_adaptor_on_any_linear_layer_changes_what_the_model_says_until_it_is_taken_away(string id)
    {
        using var scope = NewDisposeScope();
        using var model = FamilyModel.Load(id);
        var taps = model.Transformer.Taps;
        var before = FamilyModel.Logits(model);

        foreach (var linear in Called(model))
        {
            taps.SetAdaptor(linear, new Doubling(needsPromptEnds: false));
            Assert.True(taps.HasAdaptors);
            Assert.False((before == FamilyModel.Logits(model)).all().item<bool>(), $"{id}: an adaptor on '{linear}' does nothing.");
            taps.SetAdaptor(linear, null);
        }

        Assert.False(taps.HasAdaptors);
        TensorAssert.Equal("logits", before, FamilyModel.Logits(model));
        Assert.Equal(model.BaseHash, model.Weights.Hash());
    }

    [Theory]
    [MemberData(nameof(AllKinds))]
    public void An_adaptor_comes_before_a_trace_of_the_layers_output(string id)
    {
        using var scope = NewDisposeScope();
        using var model = FamilyModel.Load(id);
        var (stack, taps) = (model.Transformer.Stacks[0], model.Transformer.Taps);
        var (weight, site) = FamilyModel.Written(model, stack);
        using var trace = model.Trace().Capture(site);
        FamilyModel.Logits(model);
        var plain = trace[site] * 2;

        taps.SetAdaptor(weight.Name, new Doubling());
        FamilyModel.Logits(model);

        TensorAssert.Equal($"{site}", plain, trace[site]);
    }

    [Theory]
    [MemberData(nameof(AllKinds))]
    public void The_inputs_and_output_gradients_of_every_linear_layer_make_its_weights_gradient(string id)
    {
        using var scope = NewDisposeScope();
        using var model = FamilyModel.Load(id);
        var weights = OnlyLinear(model).Where(Called(model).Contains).Select(name => model.Weights[name]).ToList();
        using (var trace = new LinearTrace(model.Transformer.Taps, model.Transformer.Taps.Linears))
        {
            foreach (var weight in weights)
                weight.Value.requires_grad_(true);
            var loss = Loss(model);
            var expected = autograd.grad([loss], [.. weights.Select(weight => weight.Value)], retain_graph: true);
            var found = trace.Gradients(loss);
            foreach (var (weight, gradient) in weights.Zip(expected))
                AssertMakes(weight.Name, gradient, found[weight.Name]);
            foreach (var weight in weights)
                weight.Value.requires_grad_(false);
        }

        // The same where nobody asks for the gradient of a weight, so that the traced layers are all there is in the graph.
        using var alone = new LinearTrace(model.Transformer.Taps, weights.Select(weight => weight.Name));
        var again = alone.Gradients(Loss(model));
        Assert.Equal(weights.Select(weight => weight.Name).Order(StringComparer.Ordinal), again.Keys.Order(StringComparer.Ordinal));
        Assert.All(again.Values, gradient => Assert.InRange(gradient.Output.norm().item<float>(), 1e-12, float.MaxValue));
    }

    [Theory]
    [MemberData(nameof(AllKinds))]
    public void A_change_within_a_view_is_the_applied_change_and_gradients_reach_it(string id)
    {
        using var scope = NewDisposeScope();
        using var model = FamilyModel.Load(id);
        using var generator = new torch.Generator(3, CPU);
        var weight = FamilyModel.Written(model, model.Transformer.Stacks[0]).Weight;
        var left = (randn([weight.Value.shape[0], 2], generator: generator) * 0.3).requires_grad_(true);
        var right = (randn([weight.Value.shape[1], 2], generator: generator) * 0.3).requires_grad_(true);
        var before = FamilyModel.Logits(model);

        Tensor within, gradient;
        using (model.View().Add(weight.Name, left, right))
        {
            within = FamilyModel.Logits(model);
            gradient = autograd.grad([Loss(model)], [left, right])[0];
        }

        TensorAssert.Equal("logits after the view", before, FamilyModel.Logits(model));
        using var delta = new LowRankDelta(left.detach(), right.detach());
        model.Applied.Apply("x", [new WeightEffect(weight.Name, delta)]);
        TensorAssert.Close("logits", FamilyModel.Logits(model), within, 1e-5);
        weight.Value.requires_grad_(true);
        var ofWeight = autograd.grad([Loss(model)], [weight.Value])[0];
        weight.Value.requires_grad_(false);
        TensorAssert.Close("dL/dLeft", ofWeight.matmul(right.detach()), gradient, 1e-4);
    }

    [Theory]
    [MemberData(nameof(AllKinds))]
    public void A_view_at_base_or_as_of_an_edit_is_what_reverting_gives_and_leaves_the_weights_alone(string id)
    {
        using var scope = NewDisposeScope();
        using var model = FamilyModel.Load(id);
        var atBase = FamilyModel.Logits(model);
        Apply(model, "first", seed: 1);
        var afterFirst = FamilyModel.Logits(model);
        Apply(model, "second", seed: 2);
        var hash = model.Weights.Hash();
        var afterBoth = FamilyModel.Logits(model);

        Assert.False((atBase == afterFirst).all().item<bool>() || (afterFirst == afterBoth).all().item<bool>());
        AssertView(atBase);
        AssertView(afterFirst, "first");
        AssertView(afterBoth, "first", "second");
        Assert.Equal(hash, model.Weights.Hash());
        TensorAssert.Equal("after the views", afterBoth, FamilyModel.Logits(model));

        void AssertView(Tensor expected, params string[] ids)
        {
            using var view = model.Applied.View(ids);
            TensorAssert.Equal($"as of [{string.Join(", ", ids)}]", expected, FamilyModel.Logits(model));
        }
    }

    [Theory]
    [MemberData(nameof(Causal))]
    public void With_an_adaptor_at_prompts_ends_cached_and_shared_passes_are_those_of_each_prompt_alone(string id)
    {
        using var model = FamilyModel.Load(id);
        (string, string)[] pairs = [("The cat sat on", "the mat"), ("The cat sat on", "the moon"), ("The cat", "sat on it"), ("A", "dog")];
        model.Transformer.Taps.SetAdaptor(FamilyModel.Written(model, Stack.Decoder).Weight.Name, new AddedAtPromptEnds());

        var together = new TargetScorer(model).Score(pairs);
        var alone = pairs.Select(pair => new TargetScorer(model).Score([pair])[0]).ToList();
        var plain = PlainScores(model, pairs);
        Assert.All(pairs.Select((_, i) => i), i => Assert.Equal(alone[i].LogProbability, together[i].LogProbability, 1e-3));
        Assert.All(pairs.Select((_, i) => i), i => Assert.Equal(plain[i], together[i].LogProbability, 1e-3));
        using (var batch = TargetBatch.Create(model, pairs))
            Assert.All(batch.Score(), (answer, i) => Assert.Equal(plain[i], answer.Score.LogProbability, 1e-3));

        var prompts = new[] { "Once upon a", "So" }.Select(text => model.Tokenize(text).Ids).ToArray();
        var cached = new Generator(model).Generate(prompts, new GenerationOptions { MaxNewTokens = 6, StopAtEndOfText = false });
        var whole = new Generator(model).Generate(prompts, new GenerationOptions { MaxNewTokens = 6, StopAtEndOfText = false, UseCache = false });
        Assert.Equal(whole, cached);
    }

    [Theory]
    [MemberData(nameof(AllKinds))]
    public void An_adaptor_is_told_where_each_prompt_ends(string id)
    {
        using var scope = NewDisposeScope();
        using var model = FamilyModel.Load(id);
        var told = new ToldEnds();
        model.Transformer.Taps.SetAdaptor(FamilyModel.Written(model, model.Transformer.Stacks[0]).Weight.Name, told);

        FamilyModel.Logits(model);

        var lengths = new[] { "The cat sat on the mat.", "So?" }.Select(text => model.Tokenize(text).Ids.Count - 1);
        Assert.Equal(lengths.Select(last => (long)last), told.Ends);
    }

    [Fact]
    public void Tools_that_compute_parts_of_passes_refuse_a_model_with_an_adaptor_in_one_sentence()
    {
        using var model = TinyModels.Gpt2(layers: 3);
        using var means = new EditingMeans(model);
        var weight = model.Transformer.DownProjection(0).Name;
        model.Transformer.Taps.SetAdaptor(weight, new Doubling());
        var request = TinyEdits.Request(3);

        Action[] tools =
        [
            () => BuiltInEditors.Find("rome").Apply(model, [request], TinyEdits.Context("rome", means)),
            () => BuiltInEditors.Find("kn").Apply(model, [request], TinyEdits.Context("kn", means)),
        ];

        Assert.All(tools, tool => Assert.Equal(
            $"A pass over a part of a text was asked that does not say where its prompt ends, which the adaptor on '{weight}' must know; "
            + "take the edits with adaptors back first.",
            Assert.Throws<AmendException>(tool).Message));
        Assert.Equal(model.BaseHash, model.Weights.Hash());
    }

    /// <summary>The linear layers that a pass over the texts calls: all but those of experts that no token chooses.</summary>
    private static HashSet<string> Called(LanguageModel model)
    {
        using var scope = NewDisposeScope();
        using var trace = new LinearTrace(model.Transformer.Taps, model.Transformer.Taps.Linears);
        _ = Loss(model);
        var called = model.Transformer.Taps.Linears.Where(linear => trace[linear].Count > 0).ToHashSet();
        Assert.All(model.Transformer.Taps.Linears.Except(called), linear => Assert.Contains(".experts.", linear, StringComparison.Ordinal));
        return called;
    }

    /// <summary>Linear weights that nothing else in the model reads: a tied head's is the token embedding, too.</summary>
    private static IEnumerable<string> OnlyLinear(LanguageModel model) => model.Transformer.Taps.Linears.Where(
        name => model.Weights[name].Value.shape[0] != model.Shape.Vocabulary || name.Contains("head", StringComparison.Ordinal));

    /// <summary>A scalar that depends on all logits unevenly, with gradients.</summary>
    private static Tensor Loss(LanguageModel model)
    {
        using var scope = NewDisposeScope();
        var batch = TokenBatch.Pad([model.Tokenize("The cat sat.").Ids, model.Tokenize("So?").Ids], padding: 0);
        var logits = model.Transformer switch
        {
            EncoderClassifier classifier => classifier.Logits(batch),
            MaskedLanguageModel masked => masked.Logits(batch)[batch.Mask],
            EncoderDecoder answering => answering.Logits(batch, batch)[batch.Mask],
            _ => model.Logits(batch)[batch.Mask],
        };
        return nn.functional.log_softmax(logits, -1).select(-1, 1).sum().MoveToOuterDisposeScope();
    }

    private static void AssertMakes(string name, Tensor expected, LinearGradient found)
    {
        var made = found.Output.t().matmul(found.Input);
        var (distance, norm) = ((made - expected).norm().item<float>(), expected.norm().item<float>());
        Assert.True(
            distance <= (1e-4 * norm) + 1e-6,
            $"The gradient of '{name}' made of its factors is {distance:g3} away from autograd's, whose norm is {norm:g3}.");
    }

    /// <summary>An edit of a matrix by factors and of the first vector, a norm's or a bias, element by element.</summary>
    private static void Apply(LanguageModel model, string id, ulong seed)
    {
        using var scope = NewDisposeScope();
        using var generator = new torch.Generator(seed, CPU);
        Tensor Noise(params long[] shape) => randn(shape, generator: generator) * 0.2;
        var matrix = FamilyModel.Written(model, model.Transformer.Stacks[0]).Weight;
        // One family has no vectors at all.
        var vector = model.Weights.All.FirstOrDefault(weight => weight.Value.dim() == 1 && weight.Value.shape[0] == model.Shape.Width) ?? model.Weights.All[0];
        var (left, right) = (Noise(matrix.Value.shape[0], 1), Noise(matrix.Value.shape[1], 1));
        using var ofMatrix = new WeightEffect(matrix.Name, new LowRankDelta(left, right));
        using var ofVector = new WeightEffect(vector.Name, new DenseDelta(Noise(vector.Value.shape)));
        model.Applied.Apply(id, [ofMatrix, ofVector]);
    }

    /// <summary>log p of each target, each pair in a whole pass of its own that is told its prompt's end.</summary>
    private static List<double> PlainScores(LanguageModel model, (string Prompt, string Target)[] pairs)
    {
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        return [.. pairs.Select(pair =>
        {
            var sequence = TargetSequence.Create(model, pair.Prompt, pair.Target);
            var batch = TokenBatch.Pad([sequence.Ids], padding: 0);
            var ends = arange(sequence.Ids.Count, dtype: ScalarType.Int64).eq(sequence.TargetStart - 1).unsqueeze(0);
            var logits = model.Decoder.Unembed(model.Hidden(batch, ends))[0].to(float32);
            var found = nn.functional.log_softmax(logits, -1);
            return sequence.Places.Sum(place => (double)found[place, sequence.Ids[place + 1]].item<float>());
        })];
    }

    private sealed class Doubling(bool needsPromptEnds = true) : IAdaptor
    {
        public bool NeedsPromptEnds => needsPromptEnds;

        public Tensor Adapt(Tensor input, Tensor output, AttentionScope? pass) => output * 2;
    }

    /// <summary>Adds a part of the layer's input at prompts' ends, as far as they are among the present tokens.</summary>
    private sealed class AddedAtPromptEnds : IAdaptor
    {
        public Tensor Adapt(Tensor input, Tensor output, AttentionScope? pass)
        {
            var ends_BT1 = pass!.PromptEnds!.narrow(1, pass.PromptEnds.shape[1] - output.shape[1], output.shape[1]).unsqueeze(2);
            return output + (ends_BT1.to(output.dtype) * (3 + input.mean([-1], keepdim: true)));
        }
    }

    private sealed class ToldEnds : IAdaptor
    {
        public IReadOnlyList<long> Ends { get; private set; } = [];

        public Tensor Adapt(Tensor input, Tensor output, AttentionScope? pass)
        {
            Ends = [.. pass!.PromptEnds!.to(int64).argmax(1).data<long>()];
            return output;
        }
    }
}
