using Amend.Editing.HyperNetworks.Objectives;
using Amend.Models.Families;
using static TorchSharp.torch;

namespace Amend.Parity.Tests.Metrics;

/// <summary>The terms of MEND's objective against <c>losses.py</c> of eric-mitchell/mend, on given logits.</summary>
[NoTensorLeaks]
[Trait("kind", "parity")]
public sealed class EditObjectiveParityTests
{
    /// <summary>The golden README's tolerance.</summary>
    private const double Tolerance = 1e-5;

    public static TheoryData<string> Cases => MetricGolden.Named("losses");

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_divergence_of_sequences_is_that_of_the_reference(string id)
    {
        using var scope = NewDisposeScope();
        using var inputs = GoldenCases.Find(id).Tensors("inputs.safetensors");
        var real = inputs["mask"].flatten().to(@bool);

        var found = EditObjective.Divergence(Logs(inputs["pre"])[real], Logs(inputs["post"])[real], exclusive: true).mean();

        Assert.Equal(Expected(id).GetProperty("kl_sequence").GetDouble(), found.item<float>(), Tolerance);

        static Tensor Logs(Tensor logits) => nn.functional.log_softmax(logits.flatten(0, 1), -1);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_divergence_of_a_single_label_is_that_of_the_reference(string id)
    {
        using var scope = NewDisposeScope();
        using var inputs = GoldenCases.Find(id).Tensors("inputs.safetensors");
        var label = new LabelSet(["true"], AreExclusive: false);

        var found = EditObjective.Divergence(
            label.LogProbabilities(inputs["binary_pre"]), label.LogProbabilities(inputs["binary_post"]), label.AreExclusive).mean();

        Assert.Equal(Expected(id).GetProperty("kl_binary").GetDouble(), found.item<float>(), Tolerance);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_loss_of_targets_is_that_of_the_reference_shifted_or_not(string id)
    {
        using var scope = NewDisposeScope();
        using var inputs = GoldenCases.Find(id).Tensors("inputs.safetensors");
        var targets_BT = inputs["targ"];
        var last = targets_BT.shape[1] - 1;

        Assert.Equal(Of("multiclass_shift"), Loss(inputs["post"].narrow(1, 0, last), targets_BT.narrow(1, 1, last)), Tolerance);
        Assert.Equal(Of("multiclass_shift_first_row_right"), Loss(inputs["post_first_row_right"].narrow(1, 0, last), targets_BT.narrow(1, 1, last)), Tolerance);
        Assert.Equal(Of("multiclass_noshift"), Loss(inputs["post"], targets_BT), Tolerance);

        double Of(string name) => Expected(id).GetProperty(name).GetProperty("nll").GetDouble();

        static double Loss(Tensor logits, Tensor targets)
        {
            var flat = targets.flatten();
            var asked = flat.ne(-100);
            return EditObjective.NegativeLogLikelihood(nn.functional.log_softmax(logits.flatten(0, 1)[asked], -1), flat[asked]).mean().item<float>();
        }
    }

    private static System.Text.Json.JsonElement Expected(string id) => MetricGolden.Json(id).GetProperty("expected");
}
