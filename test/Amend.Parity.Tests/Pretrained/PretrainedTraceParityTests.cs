using Amend.Tracing;
using Amend.Tracing.Noise;
using Amend.Tracing.Results;
using static TorchSharp.torch;

namespace Amend.Parity.Tests.Pretrained;

/// <summary>Causal tracing of SmolLM2 gives what <c>causal_trace.py</c> of kmeng01/rome gives, with the same noise.</summary>
[NoTensorLeaks]
[Trait("kind", "parity")]
public sealed class PretrainedTraceParityTests(PretrainedModel pretrained) : IClassFixture<PretrainedModel>
{
    /// <summary>The golden README: absolute, on probabilities.</summary>
    private const double Tolerance = 1e-4;

    public static TheoryData<string, string> Traces => PretrainedModel.Numbered("trace");

    [Theory]
    [MemberData(nameof(Traces))]
    public void Scores_of_states_and_windows_are_those_of_the_reference(string id, string name)
    {
        var golden = PretrainedModel.Find(id);
        var file = golden.Json($"{name}.json");
        using var expected = golden.Tensors($"{name}.safetensors");
        using var scope = NewDisposeScope();
        using var noise = new SubjectNoise(expected["noise_unit"].to(float64) * file.GetProperty("noise_level").GetDouble());
        var options = new TraceOptions { Window = file.GetProperty("window").GetInt32(), Scoring = AnswerScoring.FirstToken };
        var fact = new TraceFact(
            file.GetProperty("prompt").GetString()!, file.GetProperty("subject").GetString()!, file.GetProperty("answer").GetString());

        var trace = new CausalTracer(pretrained.Model, NoiseLevel.Fixed(1), options).Trace(fact, noise, TestContext.Current.CancellationToken);

        Assert.Equal(
            file.GetProperty("subject_range").EnumerateArray().Select(place => place.GetInt32()), [trace.SubjectStart, trace.SubjectEnd]);
        Assert.Equal(file.GetProperty("high").GetDouble(), trace.CleanProbability, Tolerance);
        Assert.Equal(file.GetProperty("low").GetDouble(), trace.CorruptedProbability, Tolerance);
        foreach (var (kind, key) in new[] { (TraceKind.State, "state"), (TraceKind.Mlp, "mlp"), (TraceKind.Attention, "attn") })
            AssertScores(expected[$"scores.{key}"], trace.Map(kind)!);
    }

    private static void AssertScores(Tensor expected_TL, EffectMap map)
    {
        using var scope = NewDisposeScope();
        var found_TL = tensor(map.Scores.SelectMany(row => row).ToArray(), map.Scores.Count, map.Scores[0].Count);
        TensorAssert.Close($"scores of {map.Kind}", expected_TL, found_TL, Tolerance);
    }
}
