using Amend.Tracing;
using Amend.Tracing.Noise;

namespace Amend.Contracts.Tests;

/// <summary>Causal tracing on every decoder family: the sweep gives what a pass for every state gives.</summary>
[NoTensorLeaks]
public sealed class TraceContractTests
{
    private const double Tolerance = 1e-5;
    private const string Subject = "cat";
    private static readonly TraceOptions Options = new() { Kinds = TraceKind.All, Window = 2, Samples = 2, Scoring = AnswerScoring.FirstToken };

    public static TheoryData<string> Cases => GoldenCases.Rows(FamilyModel.Cases);

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_fact_is_traced_as_by_a_pass_for_every_state(string id)
    {
        using var model = FamilyModel.Load(id);
        var fact = new TraceFact("A cat is", Subject);
        var level = NoiseLevel.Fixed(0.5);
        using var noise = SubjectNoise.Draw(level, Options.Samples, Subject.Length, model.Shape.Width, seed: 3, twice: true);
        var plain = new PlainTracer(model, fact, noise, Options);

        var trace = new CausalTracer(model, level, Options).Trace(fact, noise, TestContext.Current.CancellationToken);

        Assert.Equal(plain.Base().Clean, trace.CleanProbability, Tolerance);
        Assert.NotEqual(trace.CleanProbability, trace.CorruptedProbability, Tolerance);
        foreach (var kind in Options.Kinds)
        {
            var (expected, scores) = (plain.Map(kind), trace.Map(kind)!.Scores);
            Assert.All(expected, (row, token) => Assert.All(row, (score, layer) => Assert.Equal(score, scores[token][layer], Tolerance)));
        }
    }
}
