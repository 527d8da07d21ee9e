using Amend.Editing.Tests;
using Amend.Models;
using Amend.Tensors.Native;
using Amend.Testing;
using Amend.Tracing;
using Amend.Tracing.Noise;
using BenchmarkDotNet.Attributes;

namespace Amend.Benchmarks;

/// <summary>
/// How long one map of a fact takes: a whole pass for every token and layer, as the authors' code, against the sweep. The model is
/// of GPT-2's shape (12 layers, width 768, vocabulary 50,257) with random weights; the prompt has 12 tokens, its subject is tokens
/// 1 to 3; 10 samples. Passes read logits at the last token only, which the authors' code does not. The ratio is what matters.
/// </summary>
public class TracingBenchmark
{
    private const string Prompt = "The Old Space Needle is a high tower in the city of";
    private const string Subject = "Old Space Needle";
    private const int Samples = 10;
    private static readonly ModelShape Gpt2 = new(Layers: 12, Width: 768, MlpWidth: 3072, Heads: 12, Vocabulary: 50257, ContextLength: 1024);

    private LanguageModel? _model;
    private SubjectNoise? _noise;

    /// <summary>What is restored.</summary>
    [Params("state", "mlp", "attn")]
    public string Kind { get; set; } = "";

    private TraceOptions Options => new() { Kinds = [TraceKind.Find(Kind)], Samples = Samples, Scoring = AnswerScoring.FirstToken };

    [GlobalSetup]
    public void Load()
    {
        TorchRuntime.EnsureLoaded();
        _model = RandomGpt2.Create(Gpt2, seed: 1);
        _noise = SubjectNoise.Draw(NoiseLevel.Fixed(0.1), Samples, tokens: 3, Gpt2.Width, seed: 1, twice: false);
        var steps = Tracer().Trace(new TraceFact(Prompt, Subject), _noise).TokenLayerSteps;
        var plain = new PlainTracer(_model, new TraceFact(Prompt, Subject), _noise, Options);
        plain.Base();
        var plainSteps = plain.Steps * (1 + (plain.Tokens * Gpt2.Layers));
        Console.WriteLine($"// {Kind}: {plain.Tokens} tokens; token-layer steps {steps} of {plainSteps}, {(double)steps / plainSteps:F3}");
    }

    [GlobalCleanup]
    public void Free()
    {
        _noise?.Dispose();
        _model?.Dispose();
    }

    [Benchmark(Baseline = true)]
    public double PassForEveryState()
    {
        var plain = new PlainTracer(_model!, new TraceFact(Prompt, Subject), _noise!, Options);
        return plain.Map(TraceKind.Find(Kind))[^1][^1] + plain.Base().Corrupted;
    }

    [Benchmark]
    public double Sweep() => Tracer().Trace(new TraceFact(Prompt, Subject), _noise!).Maps[0].Scores[^1][^1];

    private CausalTracer Tracer() => new(_model!, NoiseLevel.Fixed(0.1), Options);
}
