using Amend.Editing;
using Amend.Editing.Editors.Memit;
using Amend.Editing.Editors.Rome;
using Amend.Editing.Statistics;
using Amend.Editing.Templates;
using Amend.Editing.Tests;
using Amend.Models;
using Amend.Models.Generation;
using Amend.Tensors.Native;
using Amend.Tensors.Statistics;
using Amend.Tracing;
using Amend.Tracing.Noise;
#if !EARLIER
using Amend.Editing.KeyValue;
using Amend.Models.Shapes;
#endif

namespace Amend.Ratios;

/// <summary>
/// The work that is compared, on a random model of GPT-2's shape (12 layers, width 768, 50,257 tokens) with a tokenizer of words, and some of
/// it on one of SmolLM2's. This file is built in an earlier tree, too, as it is.
/// </summary>
internal sealed class Work : IDisposable
{
    private const int Layer = 5, LayerOfLlama = 6;
    private static readonly ModelShape Shape = new(12, 768, 3072, 12, 50257, 1024);
    private static readonly TraceFact Fact = new("The Old Space Needle is a high tower in the city of", "Old Space Needle");

    private readonly LanguageModel _model;
    private readonly bool _isLlama;

    /// <summary>Makes the model.</summary>
    /// <param name="isLlama">Whether it is the one of SmolLM2's shape.</param>
    public Work(bool isLlama)
    {
        TorchRuntime.EnsureLoaded();
        _isLlama = isLlama;
        _model = isLlama ? RandomLlama.Create(seed: 1) : RandomGpt2.Create(Shape, seed: 1);
    }

    /// <summary>The rows by their names: what is run once beforehand, and what is timed.</summary>
    public IReadOnlyDictionary<string, (Action Before, Action Timed)> Rows => new Dictionary<string, (Action, Action)>
    {
        ["rome"] = (() => Rome(2, better: false), () => Rome(20, better: false)),
        ["rome-better"] = (() => Rome(2, better: true), () => Rome(20, better: true)),
        ["trace-state"] = (() => Trace(TraceKind.State, 1), () => Trace(TraceKind.State, 10)),
        ["trace-mlp"] = (() => Trace(TraceKind.Mlp, 1), () => Trace(TraceKind.Mlp, 10)),
        ["trace-attn"] = (() => Trace(TraceKind.Attention, 1), () => Trace(TraceKind.Attention, 10)),
        ["memit"] = (() => Memit(1, 2), () => Memit(10, 20)),
        ["statistics"] = (() => Statistics(1), () => Statistics(34)),
        ["greedy-1"] = (() => Greedy(1, 2), () => Greedy(1, 100)),
        ["greedy-10"] = (() => Greedy(10, 2), () => Greedy(10, 100)),
        ["llama-rome"] = (() => Rome(2, better: false), () => Rome(20, better: false)),
        ["llama-trace"] = (() => Trace(TraceKind.State, 1), () => Trace(TraceKind.State, 10)),
        ["llama-greedy-10"] = (() => Greedy(10, 2), () => Greedy(10, 100)),
    };

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();

    private static string Words(int count, int seed) => string.Join(' ', Enumerable.Range(0, count).Select(i => $"word{(seed * 31) + i}"));

    /// <summary>The bare prompt and 20 templates, half of 5 and half of 10 words.</summary>
    private static ContextTemplates Templates()
    {
        var prefixes = new[] { 5, 10 }.SelectMany(length => Enumerable.Range(0, 10).Select(i => $"{Words(length, i)}. {{}}"));
        return new ContextTemplates(["{}", .. prefixes]);
    }

    private static EditContext Context() => new() { Templates = Templates(), Statistics = IdentityStatistics.Instance, EvenIfAnswered = true };

    /// <summary>An edit with a loss that is never low enough to stop; the better search needs twelve evaluations for as low a loss.</summary>
    private void Rome(int evaluations, bool better)
    {
        var options = new RomeOptions { Layer = _isLlama ? LayerOfLlama : Layer, VNumGradSteps = evaluations, VLossThreshold = -1 };
#if !EARLIER
        if (better)
            options = options with { VOptimizer = ValueSearch.Lbfgs, VNumGradSteps = Math.Min(evaluations, 12) };
#endif
        using var result = new RomeEditor(options).Apply(_model, [new EditRequest("{} plays the sport of", "LeBron James", "association football")], Context());
        Console.Error.WriteLine($"lowest loss {result.Edits[0].Record.Losses.Min(loss => loss.Total):F4}");
        result.Revert();
    }

    private void Memit(int requests, int evaluations)
    {
        var options = new MemitOptions { Layers = [3, 4, 5, 6, 7], VNumGradSteps = evaluations, VLossThreshold = -1 };
        EditRequest[] all = [.. Enumerable.Range(0, requests).Select(i => new EditRequest("{} plays the sport of", $"LeBron James {i}", "association football"))];
        using var result = new MemitEditor(options).Apply(_model, all, Context());
        result.Revert();
    }

    private void Trace(TraceKind kind, int samples)
    {
        var options = new TraceOptions { Kinds = [kind], Samples = samples, Scoring = AnswerScoring.FirstToken };
        new CausalTracer(_model, NoiseLevel.Fixed(0.1), options).Trace(Fact);
    }

    /// <summary>Texts of 1,024 tokens at the layer, in batches of 3,072.</summary>
    private void Statistics(int texts)
    {
        var random = new Random(1);
        var collector = new SecondMomentCollector(_model, Layer, new SecondMomentOptions { SequenceLength = 1024, BatchTokens = 3072 });
        using var moment = new SecondMoment(Shape.MlpWidth);
        for (var first = 0; first < texts; first += 3)
        {
            collector.Add(
                moment,
                [.. Enumerable.Range(first, Math.Min(3, texts - first)).Select(_ => (IReadOnlyList<int>)[.. Enumerable.Range(0, 1024).Select(_ => random.Next(Shape.Vocabulary))])]);
        }
    }

    private void Greedy(int texts, int tokens)
    {
        var random = new Random(1);
        int[][] prompts = [.. Enumerable.Range(0, texts).Select(_ => Enumerable.Range(0, 8).Select(_ => random.Next(_model.Shape.Vocabulary)).ToArray())];
        new Generator(_model).Generate(prompts, new GenerationOptions { MaxNewTokens = tokens, StopAtEndOfText = false });
    }
}
