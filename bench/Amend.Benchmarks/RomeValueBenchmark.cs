using Amend.Editing;
using Amend.Editing.Editors.Rome;
using Amend.Editing.KeyValue;
using Amend.Editing.Templates;
using Amend.Editing.Tests;
using Amend.Models;
using Amend.Models.Shapes;
using Amend.Models.Subjects;
using Amend.Tensors.Native;
using Amend.Testing;
using BenchmarkDotNet.Attributes;
using TorchSharp;

namespace Amend.Benchmarks;

/// <summary>
/// How long v* takes, all 20 evaluations: whole passes against passes above the edited layer and from the subject on. The
/// model has GPT-2's shape (12 layers, width 768) and random weights, with a small vocabulary. The ratio is what matters.
/// </summary>
[MemoryDiagnoser]
public class RomeValueBenchmark
{
    private const int Layer = 5;
    private static readonly ModelShape Gpt2 = new(Layers: 12, Width: 768, MlpWidth: 3072, Heads: 12, Vocabulary: 5000, ContextLength: 1024);
    private static readonly EditRequest Request = new("{} plays the sport of", "LeBron James", "association football");

    /// <summary>The threshold is out of reach, so that both passes take all steps.</summary>
    private static readonly RomeOptions Options = new() { Layer = Layer, VLossThreshold = 0 };

    private LanguageModel? _model;
    private RewriteBatch? _batch;

    [GlobalSetup]
    public void Load()
    {
        TorchRuntime.EnsureLoaded();
        _model = RandomGpt2.Create(Gpt2, seed: 1);
        var prefixes = new[] { 5, 10 }.SelectMany(length => Enumerable.Range(0, 10).Select(i => $"{Words(length, i)}. {{}}"));
        _batch = RewriteBatch.Create(_model, Request, new ContextTemplates(["{}", .. prefixes]), LookupToken.SubjectLast);
    }

    [GlobalCleanup]
    public void Free() => _model?.Dispose();

    [Benchmark(Baseline = true)]
    public double FullPasses()
    {
        using var clean = CleanPass.Run(_model!, _batch!, Layer);
        using var pass = new FullPass(_model!, _batch!, Layer, essenceAtEnd: false);
        return LastLoss(pass, clean);
    }

    [Benchmark]
    public double SuffixPasses()
    {
        using var clean = CleanPass.Run(_model!, _batch!, Layer);
        using var pass = new SuffixPass(_model!, _batch!, clean, Layer, essenceAtEnd: false);
        return LastLoss(pass, clean);
    }

    private double LastLoss(IRewritePass pass, CleanPass clean)
    {
        using var scope = torch.NewDisposeScope();
        return ValueOptimizer.Optimize(pass, _batch!, clean.Values.narrow(0, 0, 1), Options).Losses[0][^1].Total;
    }

    private static string Words(int count, int seed) => string.Join(' ', Enumerable.Range(0, count).Select(i => $"word{(seed * 31) + i}"));
}
