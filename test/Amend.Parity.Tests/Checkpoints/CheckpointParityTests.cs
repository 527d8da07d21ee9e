using Amend.Models;
using Amend.Models.Shapes;
using Amend.Parity.Tests.Families;
using static TorchSharp.torch;

namespace Amend.Parity.Tests.Checkpoints;

/// <summary>Checkpoints in other forms give what the reference gives, or exactly what the form they were made from gives.</summary>
[NoTensorLeaks]
[Trait("kind", "parity")]
public sealed class CheckpointParityTests
{
    /// <summary>What the golden README states for checkpoints stored in half precision and computed in float32.</summary>
    private const double RoundedWeightsTolerance = 4e-4;

    private static readonly string[] Prompts = ["A", "B"];

    /// <summary>Cases without expected outputs of their own, and the case whose weights they hold.</summary>
    private static readonly Dictionary<string, string> Twins = new() { ["gpt2_hub_names"] = "families/gpt2" };

    public static TheoryData<string> WithTwin => GoldenCases.Rows(GoldenCases.Under("checkpoints").Where(golden => Twins.ContainsKey(golden.Name)));

    public static TheoryData<string> WithLogits => GoldenCases.Rows(GoldenCases.Under("checkpoints").Where(golden => golden.Has("inputs.json")));

    [Theory]
    [MemberData(nameof(WithTwin))]
    public void A_checkpoint_under_other_names_equals_its_twin_bit_for_bit(string id)
    {
        var golden = GoldenCases.Find(id);
        using var twin = FamilyCase.Load(id.Replace($"checkpoints/{golden.Name}", Twins[golden.Name], StringComparison.Ordinal));
        using var model = LanguageModel.Load(golden.Folder);
        using var scope = NewDisposeScope();
        using var inference = inference_mode();

        Assert.Equal(twin.Model.BaseHash, model.BaseHash);
        foreach (var prompt in Prompts)
        {
            var batch = TokenBatch.Pad([twin.Prompt(prompt)], padding: 0);
            TensorAssert.Equal($"{prompt}.logits", twin.Model.Logits(batch), model.Logits(batch));
            TensorAssert.Close($"{prompt}.logits", twin.States[$"{prompt}.logits"], model.Logits(batch)[0], twin.Tolerance("logits"));
        }
    }

    [Theory]
    [MemberData(nameof(WithLogits))]
    public void A_checkpoint_in_half_precision_or_in_shards_has_the_logits_of_the_reference(string id)
    {
        var golden = GoldenCases.Find(id);
        FamilyCase.SkipUnlessBuiltIn(golden);
        using var expected = golden.Tensors("expected.safetensors");
        using var model = LanguageModel.Load(golden.Folder);
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        var inputs = golden.Json("inputs.json");

        foreach (var prompt in Prompts)
        {
            var batch = TokenBatch.Pad([[.. inputs.GetProperty(prompt).EnumerateArray().Select(token => token.GetInt32())]], padding: 0);
            TensorAssert.Close($"{prompt}.logits", expected[$"{prompt}.logits"], model.Logits(batch)[0], RoundedWeightsTolerance);
        }
    }
}
