using Amend.Models;
using Amend.Models.Families;
using Amend.Models.Shapes;
using static TorchSharp.torch;

namespace Amend.Parity.Tests.Families;

/// <summary>Every stored state of every classifier and masked language model, at the tolerance of its kind.</summary>
[NoTensorLeaks]
[Trait("kind", "parity")]
public sealed class EncoderParityTests
{
    private static readonly string[] Prompts = ["A", "B"];

    public static TheoryData<string> Cases => FamilyCase.Rows(ModelKind.Encoder);

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_text_alone_has_the_states_of_the_reference(string id)
    {
        using var family = FamilyCase.Load(id);

        foreach (var prompt in Prompts)
        {
            using var scope = NewDisposeScope();
            var batch = TokenBatch.Pad([family.Prompt(prompt)], padding: 0);
            family.AssertStates(prompt, () => Logits(family.Model, batch), (state, found) => (family.States[$"{prompt}.{state}"], found[0]));
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_batch_padded_on_the_right_has_the_states_of_the_reference(string id)
    {
        using var family = FamilyCase.Load(id);
        using var scope = NewDisposeScope();
        var batch = family.StoredBatch();

        family.AssertStates(
            "batch", () => Logits(family.Model, batch),
            (state, found) => (Real(family.States[$"batch.{state}"], batch), Real(found, batch)));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_batch_padded_on_the_left_has_the_states_of_the_texts_alone(string id)
    {
        using var family = FamilyCase.Load(id);
        using var scope = NewDisposeScope();
        var batch = TokenBatch.Pad([.. Prompts.Select(family.Prompt)], padding: 3, left: true);

        family.AssertStates(
            "A", () => Logits(family.Model, batch),
            (state, found) => (cat([.. Prompts.Select(prompt => Rows(family.States[$"{prompt}.{state}"]))]), Real(found, batch)));
    }

    private static Tensor Logits(LanguageModel model, TokenBatch batch) => model.Transformer is EncoderClassifier classifier
        ? classifier.Logits(batch)
        : Assert.IsType<MaskedLanguageModel>(model.Transformer).Logits(batch);

    /// <summary>The real tokens' states; a classifier's logits, one row a text, as they are.</summary>
    private static Tensor Real(Tensor state, TokenBatch batch) => state.dim() == 2 ? state : state[batch.Mask];

    private static Tensor Rows(Tensor state) => state.dim() == 1 ? state.unsqueeze(0) : state;
}
