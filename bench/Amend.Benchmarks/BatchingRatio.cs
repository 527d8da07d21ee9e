using System.Diagnostics;
using System.Globalization;
using Amend.Editing.Tests;
using Amend.Models;
using Amend.Models.Generation;
using Amend.Models.Shapes;
using Amend.Tensors.Native;
using TorchSharp;

namespace Amend.Benchmarks;

/// <summary>
/// Tokens a second of 16 texts that are generated together, against the same texts one after the other, on a random model of GPT-2's shape.
/// Both by turns in one process, on the clock and by CPU time. Greedy, and sampled with the whole vocabulary, as OpenAI's clients ask.
/// </summary>
internal static class BatchingRatio
{
    private const int Texts = 16;
    private const int PromptTokens = 16;
    private const int NewTokens = 32;
    private const int Turns = 3;

    private static readonly ModelShape Shape = new(12, 768, 3072, 12, 50257, 1024);

    /// <summary>Prints a line for each turn.</summary>
    public static void Run()
    {
        TorchRuntime.EnsureLoaded();
        using var model = RandomGpt2.Create(Shape, seed: 1);
        var random = new Random(1);
        int[][] prompts = [.. Enumerable.Range(0, Texts).Select(_ => Enumerable.Range(0, PromptTokens).Select(_ => random.Next(Shape.Vocabulary)).ToArray())];
        foreach (var topP in (double?[])[null, 1])
        {
            var options = new GenerationOptions { MaxNewTokens = NewTokens, TopP = topP, StopAtEndOfText = false };
            Console.WriteLine($"{Texts} texts of {PromptTokens} and {NewTokens} tokens, {(topP is null ? "greedy" : "sampled")}, {torch.get_num_threads()} threads");
            Console.WriteLine("| alone, tokens/s | together, tokens/s | ratio | ratio of CPU time |");
            Console.WriteLine("|---|---|---|---|");
            for (var turn = 0; turn < Turns; turn++)
            {
                var alone = Time(() =>
                {
                    foreach (var prompt in prompts)
                        Generate(model, [prompt], options);
                });
                var together = Time(() => Generate(model, prompts, options));
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {Texts * NewTokens / alone.Clock:F1} | {Texts * NewTokens / together.Clock:F1} | **{alone.Clock / together.Clock:F2}** | {alone.Cpu / together.Cpu:F2} |"));
            }
        }
    }

    private static void Generate(LanguageModel model, IReadOnlyList<int[]> prompts, GenerationOptions options)
    {
        using var batch = new RollingBatch(model);
        batch.Join([.. prompts.Select(prompt => new RollingText(prompt, options))]);
        while (batch.Count > 0)
            batch.Step();
    }

    private static (double Clock, double Cpu) Time(Action run)
    {
        using var self = Process.GetCurrentProcess();
        var (before, clock) = (self.TotalProcessorTime, Stopwatch.StartNew());
        run();
        self.Refresh();
        return (clock.Elapsed.TotalSeconds, (self.TotalProcessorTime - before).TotalSeconds);
    }
}
