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
    private const string OlderKeys = "config_old_keys.json";

    private static readonly string[] Prompts = ["A", "B"];

    public static TheoryData<string> Cases => FamilyCase.Rows(ModelKind.Encoder);

    public static TheoryData<string> CasesWithOlderKeys => FamilyCase.Rows(ModelKind.Encoder, golden => File.Exists(Path.Combine(golden.Folder, OlderKeys)));

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

    [Theory]
    [MemberData(nameof(Cases))]
    public void What_goes_into_the_second_block_is_what_the_first_gives_out_or_the_reference_has_it(string id)
    {
        using var family = FamilyCase.Load(id);
        using var scope = NewDisposeScope();
        var encoder = Assert.IsAssignableFrom<EncoderModel>(family.Model.Transformer);
        var batch = family.StoredBatch();
        var stored = family.States.Names.Contains($"batch.{FamilyCase.SecondInput}") ? FamilyCase.SecondInput : "hidden.0";

        using var below = encoder.Below(1, batch);

        TensorAssert.Close($"batch.{stored}", family.States[$"batch.{stored}"][batch.Mask], below.Hidden[batch.Mask], family.Tolerance("hidden.0"));
    }

    [Theory]
    [MemberData(nameof(CasesWithOlderKeys))]
    public void With_the_older_keys_it_has_the_states_of_the_reference(string id)
    {
        var golden = GoldenCases.Find(id);
        using var family = FamilyCase.Load(golden, golden.File(OlderKeys));
        using var scope = NewDisposeScope();
        var batch = TokenBatch.Pad([family.Prompt("A")], padding: 0);

        family.AssertStates("A", () => Logits(family.Model, batch), (state, found) => (family.States[$"A.{state}"], found[0]));
    }

    private static Tensor Logits(LanguageModel model, TokenBatch batch) => model.Transformer is EncoderClassifier classifier
        ? classifier.Logits(batch)
        : Assert.IsType<MaskedLanguageModel>(model.Transformer).Logits(batch);

    /// <summary>The real tokens' states; a classifier's logits, one row a text, as they are.</summary>
    private static Tensor Real(Tensor state, TokenBatch batch) => state.dim() == 2 ? state : state[batch.Mask];

    private static Tensor Rows(Tensor state) => state.dim() == 1 ? state.unsqueeze(0) : state;
}
