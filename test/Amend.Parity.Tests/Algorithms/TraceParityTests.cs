using System.Globalization;
using Amend.Models;
using Amend.Parity.Tests.Families;
using Amend.Tracing;
using Amend.Tracing.Noise;
using Amend.Tracing.Results;
using static TorchSharp.torch;

namespace Amend.Parity.Tests.Algorithms;

/// <summary>Causal tracing gives what <c>causal_trace.py</c> of kmeng01/rome gives, for every kind, token and layer.</summary>
[NoTensorLeaks]
[Trait("kind", "parity")]
public sealed class TraceParityTests
{
    /// <summary>The golden README states 1e-6 for the noise level.</summary>
    private const double LevelTolerance = 1e-6;

    private static readonly Dictionary<string, TraceKind> Kinds = new() { ["none"] = TraceKind.State, ["mlp"] = TraceKind.Mlp, ["attn"] = TraceKind.Attention };

    public static TheoryData<string> Cases => GoldenCases.Rows(Traces().Where(golden => golden.Has("noise.safetensors")));

    public static TheoryData<string, string> Levels => new(
        from golden in Traces()
        where !golden.Has("noise.safetensors")
        from family in golden.Json("case.json").EnumerateObject()
        select (golden.Id, family.Name));

    [Theory]
    [MemberData(nameof(Cases))]
    public void Tokens_subject_answer_and_base_probabilities_are_those_of_the_reference(string id)
    {
        using var golden = TraceCase.Open(id);

        var trace = Trace(golden, new TraceOptions());

        Assert.Equal(golden.InputIds, golden.Model.Tokenize(golden.Fact.Prompt).Ids);
        Assert.Equal(golden.Tokens, trace.Tokens);
        Assert.Equal(golden.SubjectRange, new[] { trace.SubjectStart, trace.SubjectEnd });
        Assert.Equal(golden.AnswerId, Assert.Single(trace.AnswerIds));
        Assert.Equal(golden.High, trace.CleanProbability, golden.Tolerance);
        Assert.Equal(golden.Low, trace.CorruptedProbability, golden.Tolerance);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Scores_of_states_and_windows_are_those_of_the_reference(string id)
    {
        using var golden = TraceCase.Open(id);

        foreach (var name in golden.Expected.Names.Where(name => name.StartsWith("scores.", StringComparison.Ordinal)))
        {
            var parts = name.Split('.');
            var window = parts.Length > 2 ? int.Parse(parts[2].TrimStart('w'), CultureInfo.InvariantCulture) : 10;
            var trace = Trace(golden, new TraceOptions { Kinds = [Kinds[parts[1]]], Window = window });
            AssertScores(name, golden, trace.Maps[0].Scores);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Scores_of_severed_runs_are_those_of_the_reference_in_both_forms(string id)
    {
        using var golden = TraceCase.Open(id);

        foreach (var kind in new[] { TraceKind.FrozenMlp, TraceKind.FrozenAttention })
        {
            foreach (var (form, replicate) in new[] { ("paired", false), ("reference", true) })
            {
                var trace = Trace(golden, new TraceOptions { Kinds = [kind], Replicate = replicate });
                AssertScores($"frozen_{form}.{kind.Name.Split('-')[1]}", golden, [trace.Maps[0].Scores[trace.SubjectEnd - 1]], squeeze: true);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public void The_noise_of_three_deviations_is_that_of_the_reference(string id, string family)
    {
        var golden = GoldenCases.Find(id);
        var expected = golden.Json("case.json").GetProperty(family);
        var folder = golden.Shared($"models/{family}_tiny");
        Assert.SkipUnless(Directory.Exists(folder), $"There is no model '{folder}'.");
        FamilyCase.SkipUnlessBuiltIn(new GoldenCase(family, folder, golden.Root, id));
        using var model = LanguageModel.Load(folder, new LoadOptions { TokenizerFolder = golden.Shared("tokenizer_tiny") });

        var level = NoiseRule.ThreeDeviations.LevelFor(model, expected.GetProperty("subjects").EnumerateArray().Select(subject => subject.GetString()!));

        Assert.Equal(expected.GetProperty("s3_noise_level").GetDouble(), level.Level, LevelTolerance);
    }

    private static IEnumerable<GoldenCase> Traces() =>
        GoldenCases.Under("algorithms").Where(golden => golden.Name.StartsWith("trace_", StringComparison.Ordinal));

    private static FactTrace Trace(TraceCase golden, TraceOptions options)
    {
        using var noise = golden.Noise();
        return new CausalTracer(golden.Model, NoiseLevel.Fixed(1), options with { Scoring = AnswerScoring.FirstToken }).Trace(golden.Fact, noise, TestContext.Current.CancellationToken);
    }

    private static void AssertScores(string name, TraceCase golden, IReadOnlyList<IReadOnlyList<double>> scores, bool squeeze = false)
    {
        using var scope = NewDisposeScope();
        var found = tensor(scores.SelectMany(row => row).ToArray(), scores.Count, scores[0].Count);
        TensorAssert.Close(name, golden.Expected[name], squeeze ? found[0] : found, golden.Tolerance);
    }
}
