using Amend.Models.Families;
using Amend.Models.Passes;
using Amend.Models.Scoring;
using Amend.Models.Shapes;
using static TorchSharp.torch;

namespace Amend.Parity.Tests.Families;

/// <summary>Every stored state of every encoder-decoder, at the tolerance of its kind.</summary>
[NoTensorLeaks]
[Trait("kind", "parity")]
public sealed class EncoderDecoderParityTests
{
    private static readonly string[] Prompts = ["A", "B"];

    public static TheoryData<string> Cases => FamilyCase.Rows(ModelKind.EncoderDecoder);

    [Theory]
    [MemberData(nameof(Cases))]
    public void An_input_and_an_output_alone_have_the_states_of_the_reference(string id)
    {
        using var family = FamilyCase.Load(id);

        foreach (var prompt in Prompts)
        {
            using var scope = NewDisposeScope();
            var (input, output) = (TokenBatch.Pad([family.Prompt(prompt)], padding: 0), TokenBatch.Pad([family.Output(prompt)], padding: 0));
            family.AssertStates(prompt, () => Transformer(family).Logits(input, output), (state, found) => (family.States[$"{prompt}.{state}"], found[0]));
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_batch_padded_on_the_right_has_the_states_of_the_reference(string id)
    {
        using var family = FamilyCase.Load(id);
        using var scope = NewDisposeScope();
        var (input, output) = (family.StoredBatch(), family.StoredOutputs());

        family.AssertStates(
            "batch", () => Transformer(family).Logits(input, output),
            (state, found) => (family.States[$"batch.{state}"][MaskOf(state, input, output)], found[MaskOf(state, input, output)]));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Inputs_padded_on_the_left_give_the_states_of_the_prompts_alone(string id)
    {
        using var family = FamilyCase.Load(id);
        using var scope = NewDisposeScope();
        var input = TokenBatch.Pad([.. Prompts.Select(family.Prompt)], padding: 3, left: true);
        var output = TokenBatch.Pad([.. Prompts.Select(family.Output)], padding: 3);

        family.AssertStates(
            "A", () => Transformer(family).Logits(input, output),
            (state, found) => (cat([.. Prompts.Select(prompt => family.States[$"{prompt}.{state}"])]), found[MaskOf(state, input, output)]));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Greedy_decoding_gives_the_tokens_of_the_reference(string id)
    {
        using var family = FamilyCase.Load(id);

        family.AssertGreedy(Prompts);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Each_greedy_step_has_the_logits_of_the_reference_with_and_without_a_cache(string id)
    {
        using var family = FamilyCase.Load(id);
        using var inference = inference_mode();

        foreach (var prompt in Prompts)
        {
            using var scope = NewDisposeScope();
            var input = TokenBatch.Pad([family.Prompt(prompt)], padding: 0);
            var output = TokenBatch.Pad([[Transformer(family).Marks.Start, .. family.Greedy(prompt, useCache: false)[..^1]]], padding: 0);
            var expected = family.States[$"gen.{prompt}.step_logits"];

            TensorAssert.Close($"{prompt} in one pass", expected, Transformer(family).Logits(input, output)[0], family.Tolerance("logits"));
            TensorAssert.Close($"{prompt} step by step", expected, StepByStep(Transformer(family), input, output), family.Tolerance("logits"));
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_score_of_an_answer_is_read_off_the_logits_of_the_reference(string id)
    {
        const int Last = 7;
        using var family = FamilyCase.Load(id);
        using var scope = NewDisposeScope();
        var targets = Prompts.Select(prompt => (IReadOnlyList<int>)[.. family.Output(prompt).Skip(1), Last]).ToArray();

        using var batch = TargetBatch.Create(family.Model, [.. Prompts.Select((prompt, i) => new AnswerSequence(family.Prompt(prompt), targets[i]))]);
        var answers = batch.Score();

        for (var i = 0; i < Prompts.Length; i++)
        {
            var logits_TV = family.States[$"{Prompts[i]}.logits"];
            var expected = nn.functional.log_softmax(logits_TV, -1).gather(1, tensor(targets[i].Select(id => (long)id).ToArray()).unsqueeze(1));
            Assert.Equal(expected.sum().item<float>(), answers[i].Score.LogProbability, 2 * targets[i].Count * family.Tolerance("logits"));
            Assert.Equal(logits_TV.argmax(-1).data<long>().ToArray().Select(likeliest => (int)likeliest), answers[i].LikeliestIds);
            Assert.Equal(targets[i], answers[i].TargetIds);
        }
    }

    private static EncoderDecoder Transformer(FamilyCase family) => Assert.IsType<EncoderDecoder>(family.Model.Transformer);

    private static Tensor MaskOf(string state, TokenBatch input, TokenBatch output) =>
        state.StartsWith("enc.", StringComparison.Ordinal) ? input.Mask : output.Mask;

    /// <summary>Logits at each token of an output, one token a pass over a growing cache and kept keys of the input.</summary>
    private static Tensor StepByStep(EncoderDecoder transformer, TokenBatch input, TokenBatch output)
    {
        using var cache = new KeyValueCache();
        using var memory = transformer.Encode(input, keep: true);
        var steps = new List<Tensor>();
        for (var at = 0; at < output.Lengths[0]; at++)
        {
            var attention = AttentionScope.Causal(output.Mask.narrow(1, 0, at + 1), 1, cache);
            steps.Add(transformer.Unembed(transformer.Decode(output.Ids.narrow(1, at, 1), attention, memory))[0, -1]);
        }

        return stack(steps);
    }
}
