using System.Text.Json;
using Amend.Editing.Codebooks;
using Amend.Editing.Editors.Grace;
using Amend.Models;
using Amend.Models.Families;
using Amend.Models.Scoring;
using Amend.Models.Shapes;
using Amend.Parity.Tests.Algorithms;
using static TorchSharp.torch;

namespace Amend.Parity.Tests.Pretrained;

/// <summary>
/// Streams of Supreme Court cases on a MiniLM that classifies them, edited where it errs, are those of Thartvigsen/GRACE. The stream whose
/// keys lie at padding is not among them: here a text's key is at its own last token, however it is padded.
/// </summary>
[NoTensorLeaks]
[Trait("kind", "parity")]
public sealed class ScotusStreamParityTests
{
    private const string None = "none";

    public static TheoryData<string, string> Streams => new(
        GoldenCases.At("grace_scotus").SelectMany(golden => new[] { "case", "moving", "grouped" }.Select(name => (golden.Id, name))).DefaultIfEmpty((None, None)));

    [Theory]
    [MemberData(nameof(Streams))]
    public void Decisions_nearest_keys_losses_values_and_predictions_are_those_of_the_reference(string id, string name)
    {
        Assert.SkipWhen(id == None, $"No folder of golden files here has 'grace_scotus'; name one in {GoldenCases.RootVariable}.");
        using var loaded = MiniLm.Load("minilm-scotus");
        using var model = new LanguageModel("minilm-scotus", "bert", loaded.Transformer, new WrittenIds());
        using var scope = NewDisposeScope();
        var golden = GoldenCases.Find(id);
        var json = golden.Json($"{name}.json");
        using var expected = golden.Tensors(name == "case" ? "expected.safetensors" : $"{name}.expected.safetensors");
        var stream = new Stream(model, json, expected);

        foreach (var (number, item) in json.GetProperty("items").EnumerateArray().Index())
            stream.Take(number, item);

        Assert.Equal(json.GetProperty("n_edits").GetInt32(), stream.Edits);
        stream.AssertEnd();
        model.Applied.RevertAll();
    }

    private sealed class Stream(LanguageModel model, JsonElement json, GoldenTensors expected)
    {
        private readonly GraceOptions _options = new()
        {
            Layers = [4],
            Eps = json.GetProperty("config").GetProperty("eps").GetDouble(),
            Replacement = GraceCase.ReplacementOf(json.GetProperty("config").GetProperty("replacement").GetString()!),
            ValInit = json.GetProperty("config").GetProperty("val_init").GetString() == "warm" ? ValueStart.Warm : ValueStart.Cold,
            EpsExpand = json.GetProperty("config").GetProperty("eps_expand").GetString() == "coverage" ? Expansion.Coverage : Expansion.MovingAverage,
            NIter = json.GetProperty("config").GetProperty("n_iter").GetInt32(),
            EditLr = json.GetProperty("config").GetProperty("edit_lr").GetDouble(),
            Rule = CodebookRule.Published,
        };

        public int Edits { get; private set; }

        private Codebook Book => GraceEdit.BookOn(model, Weight)!;

        private string Weight => $"{json.GetProperty("layer").GetString()}.weight";

        public void Take(int number, JsonElement item)
        {
            using var scope = NewDisposeScope();
            var label = item.GetProperty("label").GetInt32();
            Assert.Equal(item.GetProperty("prediction_before").GetInt32(), Predicted(item));
            AssertNearest(item);
            Assert.Equal(item.GetProperty("edited").GetBoolean(), item.GetProperty("prediction_before").GetInt32() != label);
            if (!item.GetProperty("edited").GetBoolean())
                return;
            var step = json.GetProperty("steps")[Edits];
            Assert.Equal(number, step.GetProperty("item").GetInt32());
            using var batch = Batch(item);
            var edit = GraceEdit.Make(model, batch, model.Weights[Weight], _options, () => expected["cold_init"][Edits]);
            model.Applied.Apply($"edit {Edits}", [edit.Effect]);
            edit.Effect.Dispose();
            AssertEdit(step, edit);
            TensorAssert.CloseRelative($"value {Edits}", expected["value_after"][Edits], Book.Values[edit.Step.Entry], Within("value_rel"));
            TensorAssert.CloseRelative($"logits {Edits}", expected["logits_after"][Edits], Logits(item), Within("logits_after_edit_rel"));
            Assert.Equal(step.GetProperty("prediction_after").GetInt32(), Predicted(item));
            Edits++;
        }

        public void AssertEnd()
        {
            TensorAssert.CloseRelative("keys", expected["keys"], Book.Keys, Within("keys_rel"));
            TensorAssert.CloseRelative("values", expected["values"], Book.Values, Within("value_rel"));
            foreach (var (number, probe) in json.GetProperty("probes").EnumerateArray().Index())
            {
                using var scope = NewDisposeScope();
                TensorAssert.CloseRelative($"probe {number}", expected["probe_logits_after"][number], Logits(probe), Within("probe_logits_rel"));
                Assert.Equal((int)expected["probe_nearest"][Edits - 1, number].to(int64).item<long>(), Nearest(probe).Nearest);
            }
        }

        private void AssertNearest(JsonElement item)
        {
            if (!item.TryGetProperty("nearest", out var nearest) || nearest.ValueKind != JsonValueKind.Number)
                return;
            var found = Nearest(item);
            Assert.Equal(nearest.GetInt32(), found.Nearest);
            Assert.Equal(item.GetProperty("distance_exact").GetDouble(), found.Distance!.Value, Within("distance_abs"));
        }

        private void AssertEdit(JsonElement json, GraceEdit edit)
        {
            var step = new GraceStep(json);
            Assert.Equal(step.Kind, edit.Step.Kind);
            Assert.Equal(step.Nearest, edit.Step.Nearest);
            Assert.Equal(step.Fires, edit.Step.Fires);
            Assert.Equal(json.GetProperty("chosen_after").GetInt32(), edit.Step.Entry);
            Assert.Equal(step.Radii.Length, Book.Entries.Count);
            Assert.All(step.Radii.Zip(Book.Entries), pair => Assert.Equal(pair.First, pair.Second.Radius, Within("radii_abs")));
            Assert.Equal(step.Losses.Length, edit.Losses.Count);
            Assert.All(step.Losses.Zip(edit.Losses), pair => Assert.Equal(pair.First, pair.Second.Total, Within("loss_abs")));
        }

        private CodebookStep Nearest(JsonElement item)
        {
            using var batch = Batch(item);
            using var read = PromptEndReading.Take(model, batch, Weight);
            return Book.Decide(read.Key, [item.GetProperty("label").GetInt32()], _options.Rules);
        }

        private double Within(string what) => json.GetProperty("tolerances").GetProperty(what).GetDouble();

        private int Predicted(JsonElement item) => (int)Logits(item).argmax().item<long>();

        private Tensor Logits(JsonElement item)
        {
            using var inference = inference_mode();
            return ((EncoderClassifier)model.Transformer).Logits(TokenBatch.Pad([Ids(item)], padding: 0))[0];
        }

        private TargetBatch Batch(JsonElement item) =>
            TargetBatch.Create(model, [(WrittenIds.TextOf(Ids(item)), WrittenIds.TextOf([item.GetProperty("label").GetInt32()]))]);

        private static int[] Ids(JsonElement item) => [.. item.GetProperty("input_ids").EnumerateArray().Select(id => id.GetInt32())];
    }
}
