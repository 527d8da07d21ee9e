using Amend.Editing.Statistics;
using Amend.Models;
using Amend.Parity.Tests.Families;
using Amend.Tensors.Statistics;
using static TorchSharp.torch;

namespace Amend.Parity.Tests.Algorithms;

/// <summary>Second moments of keys are those of <c>layer_stats</c> in kmeng01/rome.</summary>
[NoTensorLeaks]
[Trait("kind", "parity")]
public sealed class SecondMomentParityTests
{
    /// <summary>The golden README states 1e-5 relative for this case.</summary>
    private const double Tolerance = 1e-5;

    public static TheoryData<string> Cases => GoldenCases.Rows(GoldenCases.Under("algorithms").Where(golden => golden.Name.StartsWith("second_moment", StringComparison.Ordinal)));

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_second_moment_of_padded_texts_is_that_of_the_reference(string id)
    {
        var golden = GoldenCases.Find(id);
        var json = golden.Json("case.json");
        var modelName = json.GetProperty("model").GetString()!;
        FamilyCase.SkipUnlessBuiltIn(new GoldenCase(modelName, golden.Shared(modelName), golden.Root, id));
        using var expected = golden.Tensors("expected.safetensors");
        using var model = LanguageModel.Load(
            golden.Shared(modelName), new LoadOptions { TokenizerFolder = golden.Shared("tokenizer_tiny") });
        var length = json.GetProperty("max_length").GetInt32();
        IReadOnlyList<int>[] texts = [.. json.GetProperty("texts").EnumerateArray().Select(text => model.Tokenizer.Encode(text.GetString()!).Ids)];
        using var scope = NewDisposeScope();

        foreach (var layer in json.GetProperty("layers").EnumerateArray().Select(l => l.GetInt32()))
        {
            using var moment = new SecondMoment(model.Shape.MlpWidth);
            var collector = new SecondMomentCollector(model, layer, new SecondMomentOptions { SequenceLength = length });
            foreach (var batch in texts.Chunk(3))
                collector.Add(moment, batch);

            Assert.Equal(expected[$"count.{layer}"].item<long>(), moment.Count);
            TensorAssert.CloseRelative($"mom2.{layer}", expected[$"mom2.{layer}"], moment.Mean(), Tolerance);
        }
    }
}
