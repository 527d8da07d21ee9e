using System.Text.Json;
using Amend.Editing;
using Amend.Editing.Editors.Elastic;
using Amend.Editing.Editors.FineTuning;
using Amend.Editing.Tuning;
using Amend.Models.Families;
using Amend.Models.Shapes;

namespace Amend.Parity.Tests.Algorithms;

/// <summary>Streams of edits by the fine-tuning baselines of Thartvigsen/GRACE, on a classifier that is given token ids.</summary>
[NoTensorLeaks]
[Trait("kind", "parity")]
public sealed class GraceRepositoryTuningParityTests
{
    public static TheoryData<string> Cases =>
        GoldenCases.Rows(GoldenCases.Under("algorithms").Where(golden => golden.Name.StartsWith("grace_repo_ft", StringComparison.Ordinal)));

    [Theory]
    [MemberData(nameof(Cases))]
    public void Losses_steps_changes_and_logits_of_a_stream_are_those_of_the_reference(string id)
    {
        var golden = GoldenCases.Find(id);
        var json = golden.Json("case.json");
        using var expected = golden.Tensors("expected.safetensors");
        using var model = TinyModels.FromFolder(golden.Shared(json.GetProperty("model").GetString()!), new WrittenIds());
        var tolerance = json.GetProperty("tol_relative").GetDouble();
        var edits = new List<EditResult>();

        foreach (var (at, edit) in json.GetProperty("edits").EnumerateArray().Index())
        {
            var request = new EditRequest(Text(edit), null, edit.GetProperty("label").GetRawText());
            edits.Add(EditorOf(golden.Name, json).Apply(model, [request], new EditContext { EvenIfAnswered = true }));
            var record = edits[^1].Edits.Single().Record;
            // The reference notes no loss where it finds the prediction right, and so makes no step.
            AssertLosses(json.GetProperty("losses")[at], [.. record.Losses.SkipLast(record.Converged ? 1 : 0)], tolerance);
            // The stored change is that of all edits until then.
            using var scope = TorchSharp.torch.NewDisposeScope();
            var name = edits[^1].Edits.Single().Deltas.Single().Key;
            Assert.Equal(json.GetProperty("parameter").GetString(), name);
            TensorAssert.CloseRelative(
                $"edit {at}", expected[$"edit{at}.weight_delta"], model.Weights[name].Value - model.Applied.BaseOf(name), tolerance);
        }

        foreach (var (at, probe) in json.GetProperty("probes").EnumerateArray().Index())
        {
            using var scope = TorchSharp.torch.NewDisposeScope();
            using var inference = TorchSharp.torch.inference_mode();
            var tokens = TokenBatch.Pad([model.Tokenize(Text(probe)).Ids], padding: 0);
            TensorAssert.CloseRelative(
                $"probe {at}", expected[$"probe{at}.logits"], ((EncoderClassifier)model.Transformer).Logits(tokens)[0], tolerance);
        }

        model.Applied.RevertAll();
        Assert.Equal(model.BaseHash, model.Weights.Hash());
        edits.ForEach(edit => edit.Dispose());
    }

    private static IEditor EditorOf(string name, JsonElement json)
    {
        var (lr, steps) = (json.GetProperty("edit_lr").GetDouble(), json.GetProperty("n_iter").GetInt32());
        return name.EndsWith("_ewc", StringComparison.Ordinal)
            ? new ElasticEditor(new ElasticOptions
            {
                Layers = [1],
                Lr = lr,
                NumSteps = steps,
                EwcLambda = json.GetProperty("ewc_lambda").GetDouble(),
                FisherMem = json.GetProperty("fisher_mem").GetInt32(),
                Fisher = FisherForm.AsReleased,
            })
            : new FineTuningEditor(new FineTuningOptions { Layers = [1], Lr = lr, NumSteps = steps, Stop = TuningStop.Prediction });
    }

    private static void AssertLosses(JsonElement expected, IReadOnlyList<LossStep> losses, double tolerance)
    {
        Assert.Equal(expected.GetArrayLength(), losses.Count);
        foreach (var (step, loss) in expected.EnumerateArray().Index())
            Assert.Equal(loss.GetDouble(), losses[step].Total, tolerance);
    }

    private static string Text(JsonElement item) => WrittenIds.TextOf(item.GetProperty("input_ids").EnumerateArray().Select(one => one.GetInt32()));
}
