using Amend.Models;
using Amend.Models.Passes;
using Amend.Models.Shapes;
using static TorchSharp.torch;

namespace Amend.Parity.Tests.Families;

/// <summary>Every stored state of every causal family that is built in, at the tolerance of its kind.</summary>
[NoTensorLeaks]
[Trait("kind", "parity")]
public sealed class FamilyParityTests
{
    private static readonly string[] Prompts = ["A", "B"];

    public static TheoryData<string> Cases => FamilyCase.Rows(ModelKind.CausalDecoder);

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_prompt_alone_has_the_states_of_the_reference(string id)
    {
        using var family = FamilyCase.Load(id);

        foreach (var prompt in Prompts)
        {
            using var scope = NewDisposeScope();
            var batch = TokenBatch.Pad([family.Prompt(prompt)], padding: 0);
            family.AssertStates(prompt, () => family.Model.Logits(batch), (state, found) => (family.States[$"{prompt}.{state}"], found[0]));
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_batch_padded_on_the_right_has_the_states_of_the_reference(string id)
    {
        using var family = FamilyCase.Load(id);
        using var scope = NewDisposeScope();
        var batch = family.StoredBatch();
        Tensor Expected(string state) => family.RowsOfReferenceDependOnEachOther
            ? cat([.. Prompts.Select(prompt => family.States[$"{prompt}.{state}"])])
            : family.States[$"batch.{state}"][batch.Mask];

        family.AssertStates("batch", () => family.Model.Logits(batch), (state, found) => (Expected(state), found[batch.Mask]));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_batch_padded_on_the_left_has_the_states_of_the_prompts_alone(string id)
    {
        using var family = FamilyCase.Load(id);
        using var scope = NewDisposeScope();
        var batch = TokenBatch.Pad([.. Prompts.Select(family.Prompt)], padding: 1, left: true);

        family.AssertStates(
            "A", () => family.Model.Logits(batch),
            (state, found) => (cat([.. Prompts.Select(prompt => family.States[$"{prompt}.{state}"])]), found[batch.Mask]));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Greedy_decoding_gives_the_tokens_of_the_reference(string id)
    {
        using var family = FamilyCase.Load(id);

        family.AssertGreedy(family.Continued);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Each_greedy_step_has_the_logits_of_the_reference_with_and_without_a_cache(string id)
    {
        using var family = FamilyCase.Load(id);
        using var inference = inference_mode();

        foreach (var prompt in family.Continued)
        {
            using var scope = NewDisposeScope();
            var (start, generated) = (family.Prompt(prompt), family.Greedy(prompt, useCache: false));
            var batch = TokenBatch.Pad([[.. start, .. generated[..^1]]], padding: 0);
            if (family.RowsOfReferenceDependOnEachOther)
            {
                TensorAssert.Close($"{prompt} anew at each step", family.States[$"gen.{prompt}.step_logits"], StepsAnew(family.Model, batch, start.Length), family.Tolerance("logits"));
                continue;
            }

            var whole = family.Model.Logits(batch)[0].narrow(0, start.Length - 1, generated.Length);
            var expected = family.States[$"gen.{prompt}.step_logits"];

            TensorAssert.Close($"{prompt} in one pass", expected, whole, family.Tolerance("logits"));
            TensorAssert.Close($"{prompt} step by step", expected, StepByStep(family.Model, batch, start.Length), family.Tolerance("logits"));
        }
    }

    /// <summary>Logits at each token from the prompt's last on, each in a pass of its own, as positions that depend on the length need.</summary>
    private static Tensor StepsAnew(LanguageModel model, TokenBatch batch, int promptLength) => stack(
        [.. Enumerable.Range(promptLength, batch.Lengths[0] - promptLength + 1).Select(length =>
            model.NextLogits(TokenBatch.Pad([[.. batch.Ids[0].data<long>().Take(length).Select(id => (int)id)]], padding: 0))[0])]);

    /// <summary>Logits at each token from the prompt's last on, one token a pass over a growing cache.</summary>
    private static Tensor StepByStep(LanguageModel model, TokenBatch batch, int promptLength)
    {
        using var cache = new KeyValueCache();
        var steps = new List<Tensor>();
        for (var (from, to) = (0, promptLength); to <= batch.Lengths[0]; (from, to) = (to, to + 1))
        {
            var attention = AttentionScope.Causal(batch.Mask.narrow(1, 0, to), to - from, cache);
            var hidden = model.Decoder.Blocks(model.Decoder.Embed(batch.Ids.narrow(1, from, to - from), attention.Positions), attention);
            steps.Add(model.Decoder.Unembed(hidden)[0, -1]);
        }

        return stack(steps);
    }
}
