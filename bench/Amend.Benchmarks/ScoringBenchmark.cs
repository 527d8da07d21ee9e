using Amend.Editing.Tests;
using Amend.Evaluation.Datasets;
using Amend.Evaluation.Metrics;
using Amend.Models;
using Amend.Models.Scoring;
using Amend.Models.Shapes;
using Amend.Tensors.Native;
using Amend.Testing;
using BenchmarkDotNet.Attributes;

namespace Amend.Benchmarks;

/// <summary>
/// How long the 13 prompts of atlas-counterfact's records take with both targets, a record at a time: plain passes against the
/// scorer. The models are atlas-gpt, over the first 10 records, and one of GPT-2's shape (12 layers, width 768, vocabulary
/// 50,257) with random weights and atlas-gpt's tokenizer, over the first. The ratio is what matters.
/// </summary>
[MemoryDiagnoser]
public class ScoringBenchmark
{
    private const string Atlas = "atlas-gpt";
    private static readonly ModelShape Gpt2 = new(Layers: 12, Width: 768, MlpWidth: 3072, Heads: 12, Vocabulary: 50257, ContextLength: 1024);

    private readonly List<TimeSpan> _processor = [];
    private LanguageModel? _model;
    private (string Prompt, string Target)[][] _cases = [];

    [Params(Atlas, "gpt2-shape")]
    public string Model { get; set; } = "";

    [GlobalSetup]
    public void Load()
    {
        _processor.Clear();
        TorchRuntime.EnsureLoaded();
        _model = Make(Model);
        var suite = new DatasetLocator(Path.Combine(AppContext.BaseDirectory, "suites")).Find("atlas-counterfact");
        _cases = [.. suite.Read(new DatasetOptions()).Take(Model == Atlas ? 10 : 1).Select(read => PairsOf(MetricCase.Of(read)))];
        var sequences = _cases.SelectMany(pairs => pairs).Select(pair => TargetSequence.Create(_model, pair.Prompt, pair.Target)).ToArray();
        Console.WriteLine($"// {sequences.Length} pairs, {sequences.Average(s => s.Ids.Count):F1} tokens each, {sequences.Average(s => s.TargetTokens):F2} of them the target's");
    }

    [GlobalCleanup]
    public void Free()
    {
        _model?.Dispose();
        Console.WriteLine($"// processor time of a run, all threads: {_processor.Min().TotalMilliseconds:F0} ms at least, {_processor.Order().ElementAt(_processor.Count / 2).TotalMilliseconds:F0} ms the median of {_processor.Count}");
    }

    [Benchmark(Baseline = true, Description = "a pass per pair")]
    public double PassPerPair() => Plain(batchSize: 1);

    [Benchmark(Description = "a pass per prompt")]
    public double PassPerPrompt() => Plain(batchSize: 2);

    [Benchmark(Description = "a batch, nothing shared")]
    public double PassPerCase() => Plain(batchSize: int.MaxValue);

    [Benchmark(Description = "TargetScorer")]
    public double Shared() => Measured(() => _cases.Sum(pairs => new TargetScorer(_model!).Score(pairs).Sum(score => score.LogProbability)));

    private static LanguageModel Make(string name)
    {
        var atlas = LanguageModel.Load(new ModelLocator().Find(Atlas));
        if (name == Atlas)
            return atlas;
        using (atlas)
            return new LanguageModel(name, "gpt2", RandomGpt2.Create(Gpt2, seed: 1).Transformer, atlas.Tokenizer);
    }

    private static (string Prompt, string Target)[] PairsOf(MetricCase one) =>
        [.. one.Prompts.SelectMany(prompt => new[] { (prompt.Prompt, prompt.Wanted), (prompt.Prompt, prompt.Rival!) })];

    private double Plain(int batchSize) =>
        Measured(() => _cases.Sum(pairs => PlainTargetScorer.LogProbabilities(_model!, pairs, batchSize).Sum(of => of.Sum())));

    /// <summary>Notes the processor time too, which other work on the machine changes less than the time on the clock.</summary>
    private double Measured(Func<double> run)
    {
        var before = Environment.CpuUsage.TotalTime;
        var value = run();
        _processor.Add(Environment.CpuUsage.TotalTime - before);
        return value;
    }
}
