using System.Text.Json;
using Amend.Models;
using Amend.Models.Families;
using Amend.Models.Shapes;
using static TorchSharp.torch;

namespace Amend.Parity.Tests.Families;

/// <summary>The logits of the classifiers that algorithm cases edit, before their edits: two labels, and a single one.</summary>
[NoTensorLeaks]
[Trait("kind", "parity")]
public sealed class ClassifierParityTests
{
    public static TheoryData<string> Cases => GoldenCases.Rows(GoldenCases.Under("algorithms").Where(golden => golden.Name is "ke_bert" or "mend_bert"));

    [Theory]
    [MemberData(nameof(Cases))]
    public void Logits_before_the_edit_are_those_of_the_reference(string id)
    {
        var golden = GoldenCases.Find(id);
        var given = golden.Json("case.json");
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        using var expected = golden.Tensors("expected.safetensors");
        using var model = LanguageModel.Load(golden.Shared(given.GetProperty("model").GetString()!));
        var batch = TokenBatch.Pad([.. Texts(given)], padding: 0);

        var logits = Assert.IsType<EncoderClassifier>(model.Transformer).Logits(batch);

        var wanted = expected["logits_before"];
        TensorAssert.CloseRelative("logits_before", wanted, logits.view(wanted.shape), given.GetProperty("tol_relative").GetDouble());
    }

    /// <summary>The real tokens of each row: under <c>src_*</c> at KE, in <c>batch</c> at MEND.</summary>
    private static IEnumerable<int[]> Texts(JsonElement given)
    {
        var (source, prefix) = given.TryGetProperty("batch", out var batch) ? (batch, "") : (given, "src_");
        var ids = Rows(source.GetProperty($"{prefix}input_ids"));
        return ids.Zip(Rows(source.GetProperty($"{prefix}attention_mask")), (row, mask) => row[..mask.Sum()]);
    }

    private static IEnumerable<int[]> Rows(JsonElement rows) => rows.EnumerateArray().Select(row => row.EnumerateArray().Select(id => id.GetInt32()).ToArray());
}
