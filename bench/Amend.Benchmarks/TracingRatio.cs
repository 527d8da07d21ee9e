using System.Globalization;
using Amend.Editing.Tests;
using Amend.Models;
using Amend.Models.Shapes;
using Amend.Tensors.Native;
using Amend.Testing;
using Amend.Tracing;
using Amend.Tracing.Noise;
using Process = System.Diagnostics.Process;

namespace Amend.Benchmarks;

/// <summary>
/// How long a map of a fact takes by the sweep, over what it takes by a whole pass for every token and layer, as the authors' code.
/// The passes of a map are alike, so one for each token is timed and counted for all layers. Time is the process's CPU time, because
/// other work runs beside, and both are timed by turns: a ratio for each turn, and as the noise the ratio of the same passes in two
/// turns that follow.
/// </summary>
/// <remarks>
/// The model is of GPT-2's shape (12 layers, width 768, vocabulary 50,257) with random weights; the prompt has 12 tokens, its subject
/// is tokens 1 to 3; 10 samples. The passes read logits at the last token only, which the authors' code does not.
/// </remarks>
internal static class TracingRatio
{
    private const int Turns = 3;
    private const int Samples = 10;
    private static readonly TraceFact Fact = new("The Old Space Needle is a high tower in the city of", "Old Space Needle");
    private static readonly ModelShape Gpt2 = new(Layers: 12, Width: 768, MlpWidth: 3072, Heads: 12, Vocabulary: 50257, ContextLength: 1024);

    /// <summary>Prints a line for each kind.</summary>
    public static void Run()
    {
        TorchRuntime.EnsureLoaded();
        using var model = RandomGpt2.Create(Gpt2, seed: 1);
        using var noise = SubjectNoise.Draw(NoiseLevel.Fixed(0.1), Samples, tokens: 3, Gpt2.Width, seed: 1, twice: false);
        Console.WriteLine("| kind | steps, sweep | steps, passes | ratio of steps | ratio of CPU times, median | least to largest | noise | sweep, CPU s | passes, CPU s |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|");
        foreach (var kind in (TraceKind[])[TraceKind.State, TraceKind.Mlp, TraceKind.Attention])
            Console.WriteLine(Line(model, noise, kind));
    }

    private static string Line(LanguageModel model, SubjectNoise noise, TraceKind kind)
    {
        var options = new TraceOptions { Kinds = [kind], Samples = Samples, Scoring = AnswerScoring.FirstToken };
        var tracer = new CausalTracer(model, NoiseLevel.Fixed(0.1), options);
        var plain = new PlainTracer(model, Fact, noise, options);
        var steps = tracer.Trace(Fact, noise).TokenLayerSteps;
        plain.Base();
        var plainSteps = plain.Steps * (1 + (plain.Tokens * Gpt2.Layers));
        var (sweeps, passes) = (new List<double>(), new List<double>());
        for (var turn = 0; turn < Turns; turn++)
        {
            passes.Add(Gpt2.Layers * Seconds(() => Passes(plain, kind)));
            sweeps.Add(Seconds(() => tracer.Trace(Fact, noise)));
        }

        double[] ratios = [.. sweeps.Zip(passes, (sweep, pass) => sweep / pass).Order()];
        double[] same = [.. passes.Zip(passes.Skip(1), (one, next) => next / one).Order()];
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {kind} | {steps:N0} | {plainSteps:N0} | {(double)steps / plainSteps:F3} | **{Median(ratios):F3}** | {ratios[0]:F3} to {ratios[^1]:F3} | {same[0]:F2} to {same[^1]:F2} | {Median([.. sweeps.Order()]):F1} | {Median([.. passes.Order()]):F1} |");
    }

    /// <summary>One pass for each token, at a layer in the middle.</summary>
    private static void Passes(PlainTracer plain, TraceKind kind)
    {
        for (var token = 0; token < plain.Tokens; token++)
            plain.Restored(kind, token, Gpt2.Layers / 2);
    }

    private static double Seconds(Action run)
    {
        using var self = Process.GetCurrentProcess();
        var before = self.TotalProcessorTime;
        run();
        self.Refresh();
        return (self.TotalProcessorTime - before).TotalSeconds;
    }

    private static double Median(double[] sorted) => sorted[sorted.Length / 2];
}
