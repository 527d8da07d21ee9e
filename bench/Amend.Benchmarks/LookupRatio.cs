using System.Diagnostics;
using System.Globalization;
using Amend.Editing.Codebooks;
using Amend.Evaluation.Datasets;
using Amend.Models;
using Amend.Models.Shapes;
using Amend.Tensors.Native;
using static TorchSharp.torch;

namespace Amend.Benchmarks;

/// <summary>
/// What the lookup in a codebook costs beside the pass that it is a part of: prompts of atlas-counterfact through atlas-gpt, and as many
/// random inputs among random keys. GRACE looks up the last token of each prompt, a codebook at tokens every token. By turns, by the
/// process's CPU time.
/// </summary>
internal static class LookupRatio
{
    private const int Turns = 5;
    private static readonly TimeSpan Each = TimeSpan.FromSeconds(0.5);

    /// <summary>Prints a line for each number of prompts and of keys.</summary>
    public static void Run()
    {
        TorchRuntime.EnsureLoaded();
        ThreadBudget.Set(1);
        using var model = LanguageModel.Load("models/atlas-gpt");
        string[] prompts =
        [
            .. new DatasetLocator("suites").Find("atlas-counterfact").Read(new DatasetOptions()).SelectMany(one => one.Asked).Select(one => one.Text),
        ];
        Console.WriteLine($"{get_num_threads()} threads, {new HostProcessor().Name}; a key has {model.Shape.MlpWidth} (grace) or {model.Shape.Width} (tokens) numbers");
        Console.WriteLine("| prompts | tokens | keys | pass, CPU ms | prompts' ends, CPU ms | share | all tokens, CPU ms | share | keys, MB |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|");
        foreach (var keys in (int[])[100, 1000, 10_000, 100_000])
        {
            using var ends = Index(model.Shape.MlpWidth, keys);
            using var tokens = Index(model.Shape.Width, keys);
            foreach (var count in (int[])[1, 16, 64])
                Console.WriteLine(Line(model, [.. prompts.Take(count)], ends, tokens));
        }
    }

    private static string Line(LanguageModel model, string[] prompts, KeyIndex ends, KeyIndex tokens)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        var batch = TokenBatch.Pad([.. prompts.Select(prompt => model.Tokenize(prompt).Ids)], padding: 0);
        var all = (int)batch.Mask.sum().item<long>();
        var (ends_EF, tokens_NF) = (randn(prompts.Length, ends.Width), randn(all, tokens.Width));
        var (pass, ofEnds, ofTokens) = (new List<double>(), new List<double>(), new List<double>());
        for (var turn = 0; turn < Turns; turn++)
        {
            pass.Add(Milliseconds(() => model.Logits(batch)));
            ofEnds.Add(Milliseconds(() => ends.NearestWithin(ends_EF, RadiusOf(ends.Width))));
            ofTokens.Add(Milliseconds(() => tokens.NearestWithin(tokens_NF, RadiusOf(tokens.Width))));
        }

        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {prompts.Length} | {all} | {ends.Count} | {Median(pass):F2} | {Median(ofEnds):F3} | **{Share(ofEnds, pass):F1} %** "
            + $"| {Median(ofTokens):F3} | **{Share(ofTokens, pass):F1} %** | {4e-6 * ends.Count * (ends.Width + 64 + 2):F1} |");
    }

    /// <summary>A tenth of the distance between two of the random vectors.</summary>
    private static double RadiusOf(long width) => 0.1 * Math.Sqrt(2 * width);

    private static KeyIndex Index(int width, int keys)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        using var generator = new Generator(7);
        var index = new KeyIndex(width, KeyDistance.Euclidean);
        for (var key = 0; key < keys; key++)
        {
            using var inner = NewDisposeScope();
            index.Add(randn(width, generator: generator));
        }

        return index;
    }

    private static double Milliseconds(Func<object> work)
    {
        using var scope = NewDisposeScope();
        work();
        var (count, cpu, clock) = (0, Environment.CpuUsage.TotalTime, Stopwatch.GetTimestamp());
        for (; Stopwatch.GetElapsedTime(clock) < Each; count++)
        {
            using var inner = NewDisposeScope();
            work();
        }

        return (Environment.CpuUsage.TotalTime - cpu).TotalMilliseconds / count;
    }

    private static double Share(List<double> part, List<double> whole) => 100 * Median(part) / Median(whole);

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
