using Amend.Editing;
using Amend.Editing.Batches;
using Amend.Editing.Editors.Memit;
using Amend.Editing.Templates;
using Amend.Editing.Tests;
using Amend.Models;
using Amend.Tensors.Native;
using BenchmarkDotNet.Attributes;
using TorchSharp;

namespace Amend.Benchmarks;

/// <summary>
/// How long the values of 100 requests take, all 20 evaluations: one request after the other against many in one pass. The model
/// has the shape of atlas-gpt (6 layers, width 256) and random weights. Both must find the same values.
/// </summary>
[MemoryDiagnoser]
public class BatchValuesBenchmark
{
    private const int Requests = 100;
    private const double Tolerance = 1e-4;
    private static readonly ModelShape Atlas = new(Layers: 6, Width: 256, MlpWidth: 1024, Heads: 4, Vocabulary: 3300, ContextLength: 128);

    /// <summary>The threshold is out of reach, so that all requests take all steps.</summary>
    private static readonly MemitOptions Options = new() { Layers = [0], VLossThreshold = -1, ZBatchSize = Requests };

    private readonly EditRequest[] _requests =
        [.. Enumerable.Range(0, Requests).Select(i => new EditRequest($"The {{}} of kind{i % 7} is known {(i % 3 == 0 ? "in" : "for the sake of")}", $"thing number{i}", $"place{i % 11} town{i}"))];

    private readonly ContextTemplates _templates = new(["{}", .. Enumerable.Range(0, 5).Select(i => $"word{i} word{i + 31} word{i + 7} word{i + 5}. {{}}")]);
    private LanguageModel? _model;

    [GlobalSetup]
    public void Load()
    {
        TorchRuntime.EnsureLoaded();
        _model = RandomGpt2.Create(Atlas, seed: 1);
        using var scope = torch.NewDisposeScope();
        var together = BatchValues.Optimize(_model, _requests, _templates, Options).Delta;
        var apart = BatchValues.Optimize(_model, _requests, _templates, Options with { ZBatchSize = 1 }).Delta;
        var difference = ((together - apart).abs().max() / apart.abs().max()).item<float>();
        if (!(difference < Tolerance))
            throw new InvalidOperationException($"The values differ by {difference} of their largest.");
    }

    [GlobalCleanup]
    public void Free() => _model?.Dispose();

    [Benchmark(Baseline = true)]
    public double OneByOne() => LastLoss(batchSize: 1);

    [Benchmark]
    public double Together() => LastLoss(batchSize: Requests);

    private double LastLoss(int batchSize)
    {
        using var scope = torch.NewDisposeScope();
        return BatchValues.Optimize(_model!, _requests, _templates, Options with { ZBatchSize = batchSize }).MeanLosses[^1].Total;
    }
}
