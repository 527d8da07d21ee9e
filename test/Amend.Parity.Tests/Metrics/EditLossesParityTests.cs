using Amend.Editing.Editors.Knowledge;
using static TorchSharp.torch;

namespace Amend.Parity.Tests.Metrics;

/// <summary>KnowledgeEditor's label-smoothed loss and the form in which it compares answers, on given logits and texts.</summary>
[NoTensorLeaks]
[Trait("kind", "parity")]
public sealed class EditLossesParityTests
{
    /// <summary>The golden README's tolerance.</summary>
    private const double Tolerance = 1e-5;

    public static TheoryData<string> Cases => MetricGolden.Named("losses");

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_label_smoothed_loss_is_that_of_the_reference(string id)
    {
        using var scope = NewDisposeScope();
        using var inputs = GoldenCases.Find(id).Tensors("inputs.safetensors");
        var expected = MetricGolden.Json(id).GetProperty("expected");
        var logits_NV = inputs["post"].flatten(0, 1);
        var targets_N = inputs["smoothed_targ"];
        var counts_N = targets_N.ne(0);

        foreach (var epsilon in (string[])["0.1", "0"])
        {
            var wanted = expected.GetProperty($"label_smoothed_{epsilon}");
            var of = double.Parse(epsilon, System.Globalization.CultureInfo.InvariantCulture);
            Assert.Equal(1, Sum(of) / wanted.GetProperty("loss").GetDouble(), Tolerance);
            Assert.Equal(1, Sum(0) / wanted.GetProperty("nll").GetDouble(), Tolerance);
        }

        double Sum(double epsilon) =>
            EditLosses.Smoothed(nn.functional.log_softmax(logits_NV, -1), targets_N, epsilon)[counts_N].sum().item<float>();
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Answers_are_compared_in_the_form_of_the_reference(string id)
    {
        foreach (var pair in MetricGolden.Json(id).GetProperty("expected").Items("normalize"))
            Assert.Equal(pair.GetProperty("normalized").GetString(), AnswerForm.Of(pair.GetProperty("text").GetString()!));
    }
}
