using Amend.Editing.Codebooks;
using Amend.Editing.Editors.Grace;
using static TorchSharp.torch;

namespace Amend.Parity.Tests.Algorithms;

/// <summary>GRACE under the published rule edits as Thartvigsen/GRACE does: decisions, radii, keys, losses, values, and what fires.</summary>
[NoTensorLeaks]
[Trait("kind", "parity")]
public sealed class GraceParityTests
{
    private const double DistanceTolerance = 1e-4;

    public static TheoryData<string> Cases => GoldenCases.Rows(GoldenCases.Under("algorithms").Where(golden =>
        golden.Name.StartsWith("grace_", StringComparison.Ordinal) && !golden.Name.StartsWith("grace_repo_", StringComparison.Ordinal)));

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_stream_of_edits_is_that_of_the_reference_step_by_step_and_is_taken_back(string id)
    {
        using var grace = GraceCase.Open(id);
        using var scope = NewDisposeScope();
        var (model, options, expected) = (grace.Model, grace.Options, grace.Expected);
        var effects = new List<CodebookEffect>();

        foreach (var (number, step) in grace.Steps.Index())
        {
            using var batch = grace.Batch(step);
            var edit = GraceEdit.Make(model, batch, grace.Weight, options, () => expected["cold_init"][number]);
            effects.Add(edit.Effect);
            model.Applied.Apply($"edit {number}", [edit.Effect]);

            AssertStep(step, edit);
            var book = Assert.IsType<Codebook>(model.Applied.AdaptorOn(grace.Weight.Name));
            Assert.Equal(step.Radii.Length, book.Entries.Count);
            Assert.All(step.Radii.Zip(book.Entries), pair => Assert.Equal(pair.First, pair.Second.Radius, DistanceTolerance));
            TensorAssert.CloseRelative($"query {number}", expected[$"step{number}.query"], edit.Effect.Key, grace.Tolerance);
            TensorAssert.CloseRelative($"values {number}", expected[$"step{number}.values"], book.Values, grace.ValueTolerance);
        }

        var all = (Codebook)model.Applied.AdaptorOn(grace.Weight.Name)!;
        TensorAssert.CloseRelative("keys", expected["keys"], all.Keys, grace.Tolerance);
        TensorAssert.CloseRelative("values", expected["values"], all.Values, grace.ValueTolerance);
        model.Applied.RevertAll();
        Assert.Equal(model.BaseHash, model.Weights.Hash());
        effects.ForEach(effect => effect.Dispose());
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Probes_give_the_reference_logits_under_each_replacement(string id)
    {
        using var grace = GraceCase.Open(id);
        using var scope = NewDisposeScope();
        var (model, expected) = (grace.Model, grace.Expected);

        foreach (var mode in (string[])["replace_last", "replace_prompt", "replace_all"])
        {
            // The values are the reference's, so that what training differs in is no part of this.
            foreach (var (number, step) in grace.Steps.Index())
            {
                var rules = grace.Options.Rules with { Replacement = GraceCase.ReplacementOf(mode) };
                using var batch = grace.Batch(step);
                using var edit = GraceEdit.Make(model, batch, grace.Weight, grace.Options with { NIter = 1 }, () => expected["cold_init"][number]).Effect;
                var decided = GraceEdit.BookOn(model, grace.Weight.Name)?.Decide(edit.Key, edit.Label, rules).Entry ?? 0;
                using var given = new CodebookEffect(edit.Weight, edit.Key, expected[$"step{number}.values"][decided], edit.Label, rules);
                model.Applied.Apply($"edit {number}", [given]);
            }

            foreach (var (number, probe) in grace.Probes.Index())
            {
                var fired = ((Codebook)model.Applied.AdaptorOn(grace.Weight.Name)!).FiredOf(probe.Nearest!.Value);
                TensorAssert.CloseRelative($"probe {number} {mode}", expected[$"probe{number}.{mode}.logits"], grace.Logits(probe), grace.Tolerance);
                var now = ((Codebook)model.Applied.AdaptorOn(grace.Weight.Name)!).FiredOf(probe.Nearest!.Value);
                Assert.Equal(probe.Fires ? 1 : 0, now - fired);
            }

            model.Applied.RevertAll();
        }
    }

    private static void AssertStep(GraceStep step, GraceEdit edit)
    {
        Assert.Equal(step.Kind, edit.Step.Kind);
        Assert.Equal(step.Nearest, edit.Step.Nearest);
        Assert.Equal(step.Fires, edit.Step.Fires);
        if (step.Distance is { } distance)
            Assert.Equal(distance, edit.Step.Distance!.Value, DistanceTolerance);
        // Where the value is out of reach, the loss stays what it is.
        var losses = edit.Losses.Select(loss => loss.Total).Concat(Enumerable.Repeat(edit.Losses[^1].Total, step.Losses.Length - edit.Losses.Count));
        Assert.All(step.Losses.Zip(losses), pair => Assert.Equal(pair.First, pair.Second, DistanceTolerance * Math.Max(1, pair.First)));
        Assert.True(edit.Step.Fires == (edit.Losses.Count == step.Losses.Length));
    }
}
