using System.Diagnostics;
using System.Globalization;
using Amend.Editing;
using Amend.Editing.Editors.Rome;
using Amend.Editing.KeyValue;
using Amend.Editing.Templates;
using Amend.Models;
using Amend.Models.Subjects;
using Amend.Tensors.Native;
using static TorchSharp.torch;

namespace Amend.Benchmarks;

/// <summary>
/// How long one ROME edit takes over its floor: the products that no implementation can leave out, at the rate of the fastest of them.
/// Counted are the linear maps of the layers above the edited one for the tokens from each prompt's lookup token on, forward for each
/// evaluation and backward for each but the last, and the head at the places that the loss reads. Not counted are attention, norms, the
/// clean pass, the update itself, and the reading of the edit's prompts. Edits and products are timed by turns in one process by CPU
/// time, because other work runs beside.
/// </summary>
internal static class RomeFloor
{
    private const int Turns = 5;
    private const int Evaluations = 20;
    private static readonly TimeSpan EachProduct = TimeSpan.FromSeconds(0.15);
    private static readonly EditRequest Request = new("{} is located in the city of", "The Space Needle", "Paris");
    private static readonly (int Length, int Count)[] Prefixes = [(5, 5), (10, 5)];

    /// <summary>Prints a line for one thread and for all.</summary>
    /// <param name="folder">The model.</param>
    /// <param name="layer">The edited layer.</param>
    public static void Run(string folder, int layer)
    {
        TorchRuntime.EnsureLoaded();
        using var model = LanguageModel.Load(folder);
        var templates = ContextTemplateSampler.Sample(model, Prefixes, seed: 0);
        Console.WriteLine($"{new HostProcessor().Name}, {TorchRuntime.Kernels.Kernels} ({TorchRuntime.Kernels.Reason}), {templates.Texts.Count} prefixes");
        Console.WriteLine("| threads | products, GFLOP | best rate, GFLOP/s of CPU | floor, CPU s | edit, CPU s | edit, clock s | edit / floor, median | least to largest |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|");
        foreach (var threads in ((int[])[1, ThreadBudget.Default()]).Distinct())
        {
            ThreadBudget.Set(threads);
            Console.WriteLine(Line(model, templates, layer));
        }
    }

    private static string Line(LanguageModel model, ContextTemplates templates, int layer)
    {
        Product[] products = [.. Products(model, RewriteBatch.Create(model, Request, templates, LookupToken.SubjectLast), layer)];
        var flops = products.Sum(product => product.Flops * product.Times);
        var (ratios, rates, edits) = (new List<double>(), new List<double>(), new List<(double Cpu, double Clock)>());
        Edit(model, templates, layer);
        for (var turn = 0; turn < Turns; turn++)
        {
            edits.Add(Edit(model, templates, layer));
            rates.Add(products.Max(product => product.Rate()));
            ratios.Add(edits[^1].Cpu * rates[^1] / flops);
        }

        ratios.Sort();
        var rate = Median(rates);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {get_num_threads()} | {flops / 1e9:F0} | {rate / 1e9:F0} | {flops / rate:F2} | {Median(edits.Select(e => e.Cpu)):F2} "
            + $"| {Median(edits.Select(e => e.Clock)):F2} | **{ratios[Turns / 2]:F2}** | {ratios[0]:F2} to {ratios[^1]:F2} |");
    }

    private static (double Cpu, double Clock) Edit(LanguageModel model, ContextTemplates templates, int layer)
    {
        var context = new EditContext
        {
            Layer = layer,
            Templates = templates,
            EvenIfAnswered = true,
            Settings = new Dictionary<string, string>
            {
                ["v_num_grad_steps"] = $"{Evaluations}",
                ["v_loss_threshold"] = "0",
                ["mom2_adjustment"] = "false",
            },
        };
        var (cpu, clock) = (Environment.CpuUsage.TotalTime, Stopwatch.GetTimestamp());
        using var result = new RomeEditor().Apply(model, [Request], context);
        var took = ((Environment.CpuUsage.TotalTime - cpu).TotalSeconds, Stopwatch.GetElapsedTime(clock).TotalSeconds);
        result.Revert();
        return took;
    }

    private static IEnumerable<Product> Products(LanguageModel model, RewriteBatch batch, int layer)
    {
        var tokens = Enumerable.Range(0, batch.Rows.Count).Sum(row => ReadPlaces.LastOf(batch, row, essenceAtEnd: false) + 1);
        var places = batch.PromptRows.Sum(row => batch.Targets[row / batch.RowsEach].Length) + batch.Requests;
        var maps = Enumerable.Range(layer + 1, model.Shape.Layers - layer - 1)
            .SelectMany(above => model.Transformer.Modules(above))
            .Select(module => (Tokens: tokens, Out: (int)module.Weight.Value.shape[0], In: (int)module.Weight.Value.shape[1]))
            .Append((Tokens: places, Out: model.Shape.Vocabulary, In: model.Shape.Width));
        return maps.GroupBy(map => map).SelectMany(map => (Product[])
        [
            new Product(map.Key.Tokens, map.Key.In, map.Key.Out, Transposed: true, Evaluations * map.Count()),
            new Product(map.Key.Tokens, map.Key.Out, map.Key.In, Transposed: false, (Evaluations - 1) * map.Count()),
        ]);
    }

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(Turns / 2);

    /// <summary>Products of one shape: x Wᵀ forward, and g W backward.</summary>
    private sealed record Product(int Rows, int Inner, int Columns, bool Transposed, int Times)
    {
        public double Flops => 2.0 * Rows * Inner * Columns;

        /// <summary>FLOP a second of CPU time.</summary>
        public double Rate()
        {
            using var none = no_grad();
            using var scope = NewDisposeScope();
            var left = randn(Rows, Inner);
            var right = Transposed ? randn(Columns, Inner).t() : randn(Inner, Columns);
            left.matmul(right).Dispose();
            var (count, cpu, clock) = (0, Environment.CpuUsage.TotalTime, Stopwatch.GetTimestamp());
            for (; Stopwatch.GetElapsedTime(clock) < EachProduct; count++)
                left.matmul(right).Dispose();
            return count * Flops / (Environment.CpuUsage.TotalTime - cpu).TotalSeconds;
        }
    }
}
