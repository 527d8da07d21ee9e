using System.Text.Json;
using Amend.Editing.Codebooks;
using Amend.Editing.Editors.Grace;
using Amend.Models;
using Amend.Models.Generation;
using Amend.Models.Scoring;
using Amend.Parity.Tests.Algorithms;
using static TorchSharp.torch;
using Generator = Amend.Models.Generation.Generator;

namespace Amend.Parity.Tests.Pretrained;

/// <summary>Two streams of facts on SmolLM2, edited one after another, are those of Thartvigsen/GRACE, and so are the answers after them.</summary>
[NoTensorLeaks]
[Trait("kind", "parity")]
public sealed class PretrainedGraceParityTests(PretrainedModel pretrained) : IClassFixture<PretrainedModel>
{
    /// <summary>The golden README: greedy tokens are compared where the two best logits differ by more.</summary>
    private const double Margin = 0.01;

    public static TheoryData<string, string> Streams => new(
        from golden in PretrainedModel.Rows(golden => golden.Has("grace/case.json")).Select(row => row.Data)
        from name in (string[])["last", "prompt"]
        select (golden, name));

    [Theory]
    [MemberData(nameof(Streams))]
    public void Decisions_losses_values_and_answers_are_those_of_the_reference(string id, string name)
    {
        var golden = PretrainedModel.Find(id);
        // Another tokenizer over the fixture's transformer, which stays the fixture's; only what the edits own is freed.
        var model = new LanguageModel("smollm2", "llama", pretrained.Model.Transformer, new WrittenIds(), hashesLater: true);
        using var applied = model.Applied;
        using var scope = NewDisposeScope();
        using var expected = golden.Tensors("grace/expected.safetensors");
        var file = golden.Json("grace/case.json");
        var stream = file.GetProperty("streams").GetProperty(name);
        var (weight, config) = ($"{file.GetProperty("layer").GetString()}.weight", stream.GetProperty("config"));
        var options = new GraceOptions
        {
            Layers = [20],
            Eps = config.GetProperty("eps").GetDouble(),
            Replacement = GraceCase.ReplacementOf(config.GetProperty("replacement").GetString()!),
            NIter = config.GetProperty("n_iter").GetInt32(),
            EditLr = config.GetProperty("edit_lr").GetDouble(),
            Rule = CodebookRule.Published,
        };
        double Within(string what) => stream.GetProperty("tolerances").GetProperty(what).GetDouble();

        foreach (var (number, item) in stream.GetProperty("items").EnumerateArray().Index())
        {
            using var inner = NewDisposeScope();
            using var batch = TargetBatch.Create(model, [(WrittenIds.TextOf(Ids(item, "prompt_ids")), WrittenIds.TextOf(Ids(item, "labels").Where(label => label >= 0)))]);
            var edit = GraceEdit.Make(model, batch, model.Weights[weight], options, () => expected[$"{name}.cold_init"][number]);
            model.Applied.Apply($"edit {number}", [edit.Effect]);
            var (step, book) = (new GraceStep(stream.GetProperty("steps")[number]), GraceEdit.BookOn(model, weight)!);
            Assert.Equal((step.Kind, step.Nearest, step.Fires), (edit.Step.Kind, edit.Step.Nearest, edit.Step.Fires));
            Assert.All(step.Radii.Zip(book.Entries), pair => Assert.Equal(pair.First, pair.Second.Radius, Within("radii_abs")));
            Assert.Equal(step.Losses.Length, edit.Losses.Count);
            Assert.All(step.Losses.Zip(edit.Losses), pair => Assert.Equal(pair.First, pair.Second.Total, Within("loss_abs")));
            TensorAssert.CloseRelative($"query {number}", expected[$"{name}.query"][number], edit.Effect.Key, Within("query_rel"));
            TensorAssert.CloseRelative($"value {number}", expected[$"{name}.value_after"][number], book.Values[edit.Step.Entry], Within("value_rel"));
            edit.Effect.Dispose();
        }

        foreach (var item in stream.GetProperty("items").EnumerateArray())
        {
            foreach (var text in (string[])["prompt", "paraphrase", "neighbour"])
                AssertAnswer(model, Ids(item, $"{text}_ids"), item.GetProperty($"{text}_after"));
        }

        applied.RevertAll();
    }

    private static void AssertAnswer(LanguageModel model, int[] ids, JsonElement answer)
    {
        if (answer.GetProperty("smallest_margin").GetDouble() <= Margin)
            return;
        var tokens = Ids(answer, "tokens");
        var options = new GenerationOptions { MaxNewTokens = tokens.Length, StopAtEndOfText = false };
        Assert.Equal(tokens, new Generator(model).Generate([ids], options)[0]);
    }

    private static int[] Ids(JsonElement item, string name) => [.. item.GetProperty(name).EnumerateArray().Select(id => id.GetInt32())];
}
