using Amend.Models.Families;
using Amend.Models.Generation;
using Amend.Models.Scoring;
using Amend.Tensors.Files;
using static TorchSharp.torch;
using Generator = Amend.Models.Generation.Generator;

namespace Amend.Contracts.Tests;

/// <summary>What every family can do: be asked, be computed in half precision, be saved and loaded again.</summary>
[NoTensorLeaks]
public sealed class FamilyContractTests
{
    /// <summary>Eight bits of mantissa over three or four layers of large random weights; the norm of the difference over the norm.</summary>
    private const double HalfPrecisionTolerance = 0.05;

    public static TheoryData<string> Cases => GoldenCases.Rows(FamilyModel.Cases);

    [Fact]
    public void Every_family_has_a_golden_model_in_the_fixtures()
    {
        var covered = FamilyModel.Cases.Where(golden => golden.Id.StartsWith("fixtures:", StringComparison.Ordinal)).Select(FamilyModel.TypeOf);

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
    [MemberData(nameof(Cases))]
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
    [MemberData(nameof(Cases))]
    public void In_half_precision_it_is_near_what_it_is_in_full(string id)
    {
        foreach (var dtype in (ScalarType[])[ScalarType.BFloat16, ScalarType.Float16])
        {
            using var scope = NewDisposeScope();
            using var full = FamilyModel.Load(id);
            using var half = FamilyModel.Load(id, dtype);

            var (expected, found) = (FamilyModel.Logits(full), FamilyModel.Logits(half));

            Assert.Equal(dtype, found.dtype);
            var difference = ((found.to(float32) - expected).norm() / expected.norm()).item<float>();
            Assert.True(difference < HalfPrecisionTolerance, $"{id} in {dtype}: the logits differ by {difference:g3} of their norm.");
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_down_projection_maps_keys_to_the_stream_in_every_layer(string id)
    {
        using var model = FamilyModel.Load(id);

        Assert.All(
            Enumerable.Range(0, model.Shape.Layers),
            layer => Assert.Equal([model.Shape.Width, model.Shape.MlpWidth], model.Decoder.DownProjection(layer).Value.shape));
    }
}
