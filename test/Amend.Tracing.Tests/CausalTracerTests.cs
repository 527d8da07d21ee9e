using Amend.Models;
using Amend.Models.Taps;
using Amend.Tracing.Noise;
using Amend.Tracing.Results;
using Amend.Tracing.Runs;
using static Amend.Tracing.Tests.SampleTraces;
using static TorchSharp.torch;

namespace Amend.Tracing.Tests;

[NoTensorLeaks]
public sealed class CausalTracerTests
{
    private const double Tolerance = 1e-5;
    private const double Exact = 1e-6;

    private static readonly TraceOptions All = new() { Kinds = TraceKind.All, Window = 3, Samples = 3 };

    [Theory]
    [InlineData("Space Needle", "The Space Needle is in the city of", 3, 3)]
    [InlineData("Space Needle", "Space Needle is in", 1, 2)]
    [InlineData("Needle", "Where is the Needle", 2, 10)]
    [InlineData("The big Space Needle", "The big Space Needle is in the", 4, 1)]
    public void The_sweep_gives_what_a_pass_for_every_state_gives(string subject, string prompt, int answerTokens, int window)
    {
        using var model = Model();
        var fact = Known(model, prompt, subject, answerTokens);

        foreach (var replicate in new[] { false, true })
            AssertEqualsPlain(model, fact, All with { Window = window, Replicate = replicate });
    }

    [Fact]
    public void The_answer_at_a_cell_is_that_of_the_map()
    {
        using var model = Model();
        var fact = Known(model, "The Space Needle is in the city of", "Space Needle", 1);
        var tracer = new CausalTracer(model, NoiseLevel.Fixed(0.5), All);
        var trace = tracer.Trace(fact, TestContext.Current.CancellationToken);

        foreach (var kind in TraceKind.All)
        {
            var cell = tracer.AnswerAt(fact, kind, token: 2, layer: 1, count: int.MaxValue);

            Assert.Equal(trace.CleanProbability, Of(cell.Clean), Tolerance);
            Assert.Equal(trace.CorruptedProbability, Of(cell.Corrupted), Tolerance);
            Assert.Equal(trace.Map(kind)!.Scores[2][1], Of(cell.Restored), Tolerance);
        }

        double Of(IReadOnlyList<Amend.Models.Scoring.TokenProbability> said) => said.Single(one => one.Id == trace.AnswerIds[0]).Probability;
    }

    [Fact]
    public void After_the_last_layer_the_lens_shows_what_the_model_says()
    {
        using var model = Model();

        var layers = Reading.LogitLens.Read(model, "The Space Needle is in", 3);

        Assert.Equal(model.Shape.Layers, layers.Count);
        var said = Amend.Models.Scoring.NextTokens.Top(model, "The Space Needle is in", 3);
        Assert.Equal(said.Select(one => one.Id), layers[^1].Select(one => one.Id));
        Assert.All(said.Zip(layers[^1]), pair => Assert.Equal(pair.First.Probability, pair.Second.Probability, Tolerance));
        Assert.NotEqual(said.Select(one => one.Probability), layers[0].Select(one => one.Probability));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(40)]
    [InlineData(100000)]
    public void Results_do_not_depend_on_the_batch(int batchTokens)
    {
        using var model = Model();
        AssertEqualsPlain(model, Known(model, "The Space Needle is in the city of", "Space Needle", 2), All with { BatchTokens = batchTokens, Replicate = true });
    }

    [Fact]
    public void The_first_token_alone_can_be_scored()
    {
        using var model = Model();
        var fact = Known(model, "The Space Needle is in", "Space Needle", 3);

        var first = new CausalTracer(model, NoiseLevel.Fixed(0.5), All with { Scoring = AnswerScoring.FirstToken }).Trace(fact, TestContext.Current.CancellationToken);
        var whole = new CausalTracer(model, NoiseLevel.Fixed(0.5), All).Trace(fact, TestContext.Current.CancellationToken);

        Assert.Single(first.AnswerIds);
        Assert.Equal(3, whole.AnswerIds.Count);
        Assert.True(first.CleanProbability > whole.CleanProbability);
        AssertEqualsPlain(model, fact, All with { Scoring = AnswerScoring.FirstToken });
    }

    [Fact]
    public void Noise_may_take_the_embeddings_place()
    {
        using var model = Model();
        AssertEqualsPlain(model, Known(model, "The Space Needle is in", "Space Needle", 1), All, replace: true);
    }

    [Fact]
    public void Without_noise_there_is_no_effect()
    {
        using var model = Model();

        var trace = new CausalTracer(model, NoiseLevel.Fixed(0), All).Trace(Known(model, "The Space Needle is in", "Space Needle", 2), TestContext.Current.CancellationToken);

        Assert.Equal(0, trace.TotalEffect, Exact);
        Assert.All(trace.Maps, map => Assert.All(map.Scores, row => Assert.All(row, score => Assert.Equal(trace.CleanProbability, score, Exact))));
    }

    [Fact]
    public void Restoring_every_tokens_embedding_gives_the_clean_probability()
    {
        using var scope = NewDisposeScope();
        using var model = Model();
        var fact = Known(model, "The Space Needle is in", "Space Needle", 1);
        using var noise = SubjectNoise.Draw(NoiseLevel.Fixed(1), 3, tokens: 2, Tiny.Width, seed: 1, twice: false);
        using var clean = model.Trace().Capture(Site.Embedding);
        model.Decoder.Embed(tensor(model.Tokenize(fact.Prompt).Ids.Select(id => (long)id).ToArray(), 1, 5), arange(5, dtype: ScalarType.Int64).unsqueeze(0));
        var embeddings = clean[Site.Embedding].clone();

        var corrupted = new CausalTracer(model, NoiseLevel.Fixed(1), All).Trace(fact, noise, TestContext.Current.CancellationToken);
        using var restored = new SubjectNoise(embeddings.narrow(1, 1, 2).expand(3, -1, -1), replace: true);
        var trace = new CausalTracer(model, NoiseLevel.Fixed(1), All).Trace(fact, restored, TestContext.Current.CancellationToken);

        Assert.NotEqual(corrupted.CorruptedProbability, trace.CorruptedProbability);
        Assert.Equal(trace.CleanProbability, trace.CorruptedProbability, Exact);
    }

    [Fact]
    public void Restoring_all_that_noise_reached_at_a_layer_gives_the_clean_probability()
    {
        using var model = Model();

        // The subject ends the prompt and has one token, so its state carries all of the noise.
        var trace = new CausalTracer(model, NoiseLevel.Fixed(2), All).Trace(Known(model, "Where is the Needle", "Needle", 1), TestContext.Current.CancellationToken);

        Assert.True(Math.Abs(trace.TotalEffect) > 1e-4);
        Assert.All(trace.Map(TraceKind.State)!.Scores[^1], score => Assert.Equal(trace.CleanProbability, score, Exact));
    }

    [Fact]
    public void Tokens_before_the_subject_have_no_effect()
    {
        using var model = Model();
        var trace = new CausalTracer(model, NoiseLevel.Fixed(1), All).Trace(Known(model, "Where is the Space Needle", "Space Needle", 1), TestContext.Current.CancellationToken);

        Assert.Equal(3, trace.SubjectStart);
        Assert.Equal(5, trace.SubjectEnd);
        foreach (var map in trace.Maps)
            Assert.All(map.Scores.Take(3), row => Assert.All(row, score => Assert.Equal(trace.CorruptedProbability, score)));
    }

    [Theory]
    [InlineData(0, 10, 12, 0, 4)]
    [InlineData(5, 10, 12, 0, 9)]
    [InlineData(6, 10, 12, 1, 10)]
    [InlineData(11, 10, 12, 6, 11)]
    [InlineData(2, 3, 5, 1, 3)]
    [InlineData(4, 1, 5, 4, 4)]
    [InlineData(1, 40, 5, 0, 4)]
    public void Windows_are_centred_and_clipped_at_both_ends(int layer, int size, int layers, int first, int last) =>
        Assert.Equal(Enumerable.Range(first, last - first + 1), new Window(size, layers).Around(layer));

    [Fact]
    public void The_same_seed_gives_the_same_trace_and_another_seed_another()
    {
        using var model = Model();
        var fact = Known(model, "The Space Needle is in", "Space Needle", 1);
        FactTrace Seeded(int seed) => new CausalTracer(model, NoiseLevel.Fixed(1), All with { Seed = seed }).Trace(fact, TestContext.Current.CancellationToken);

        Assert.Equal(Seeded(4).Maps.SelectMany(m => m.Scores.SelectMany(r => r)), Seeded(4).Maps.SelectMany(m => m.Scores.SelectMany(r => r)));
        Assert.NotEqual(Seeded(4).CorruptedProbability, Seeded(5).CorruptedProbability);
    }

    [Fact]
    public void The_steps_of_a_trace_are_those_that_the_sweep_needs()
    {
        using var model = Model();
        var fact = Known(model, "The Space Needle is in the city of", "Space Needle", 1);
        const int Tokens = 8, Layers = 5, Samples = 3;

        var trace = new CausalTracer(model, NoiseLevel.Fixed(1), All with { Kinds = [TraceKind.State] }).Trace(fact, TestContext.Current.CancellationToken);

        var runs = Enumerable.Range(1, Tokens - 1).Sum(token => Tokens - token) * Samples * (Layers * (Layers - 1) / 2);
        Assert.Equal((Samples + 1) * Tokens * Layers + runs, trace.TokenLayerSteps);
    }

    private static void AssertEqualsPlain(LanguageModel model, TraceFact fact, TraceOptions options, bool replace = false)
    {
        var subjectTokens = fact.Subject.Split(' ').Length;
        var level = new NoiseLevel(new NoiseRule(NoiseDistribution.Gaussian, 0.5, Replace: replace), 0.5);
        using var noise = SubjectNoise.Draw(level, options.Samples, subjectTokens, Tiny.Width, seed: 3, twice: true);
        var plain = new PlainTracer(model, fact, noise, options);

        var trace = new CausalTracer(model, level, options).Trace(fact, noise, TestContext.Current.CancellationToken);

        var (clean, corrupted) = plain.Base();
        Assert.Equal(clean, trace.CleanProbability, Tolerance);
        Assert.Equal(corrupted, trace.CorruptedProbability, Tolerance);
        Assert.True(Math.Abs(trace.TotalEffect) > 1e-4, $"The total effect is {trace.TotalEffect}; the case shows nothing.");
        foreach (var kind in options.Kinds)
            AssertClose(kind, plain.Map(kind), trace.Map(kind)!);
    }

    private static void AssertClose(TraceKind kind, double[][] expected, EffectMap actual)
    {
        Assert.Equal(expected.Length, actual.Scores.Count);
        for (var token = 0; token < expected.Length; token++)
        {
            for (var layer = 0; layer < expected[token].Length; layer++)
                Assert.True(Math.Abs(expected[token][layer] - actual.Scores[token][layer]) <= Tolerance, $"{kind}, token {token}, layer {layer}: {actual.Scores[token][layer]}, plain {expected[token][layer]}.");
        }
    }
}
