using System.Diagnostics;
using System.Globalization;
using Amend.Editing;
using Amend.Editing.Batches;
using Amend.Editing.Editors.Memit;
using Amend.Editing.KeyValue;
using Amend.Editing.Templates;
using Amend.Evaluation.Datasets;
using Amend.Models;
using Amend.Tensors.Native;
using Amend.Testing;
using static TorchSharp.torch;

namespace Amend.Benchmarks;

/// <summary>
/// How long MEMIT's values of the first 100 records of atlas-counterfact take on atlas-gpt with its preset: request after request by
/// whole passes, as kmeng01/memit; request after request by suffix passes; and together. Each is timed by turns, on the clock and by
/// the process's CPU time; all must find the same values.
/// </summary>
internal static class BatchValuesRatio
{
    private const int Turns = 3;
    private const int Requests = 100;
    private const double Tolerance = 1e-4;

    /// <summary>Prints a line for each way.</summary>
    /// <exception cref="InvalidOperationException">The values differ by more than 1e-4 of their largest.</exception>
    public static void Run()
    {
        TorchRuntime.EnsureLoaded();
        using var model = LanguageModel.Load("models/atlas-gpt");
        var options = new MemitEditor().Preset(model.ModelType, model.Shape);
        var templates = ContextTemplateSampler.Sample(model, options.ContextTemplateStarts, options.ContextTemplateLength, seed: 0);
        EditRequest[] requests =
        [
            .. new DatasetLocator("suites").Find("atlas-counterfact").Read(new DatasetOptions()).Take(Requests)
                .SelectMany(one => one.ToEditRequests()),
        ];
        Way[] ways =
        [
            new("one by one, whole passes", () => Whole(model, requests, templates, options)),
            new("one by one, suffix passes", () => BatchValues.Optimize(model, requests, templates, options with { ZBatchSize = 1 }).Delta),
            new("together", () => BatchValues.Optimize(model, requests, templates, options).Delta),
        ];
        for (var turn = 0; turn < Turns; turn++)
        {
            foreach (var way in ways)
                way.Measure();
        }

        Console.WriteLine($"{Requests} requests, {get_num_threads()} threads, at most {options.ZBatchSize} requests a pass");
        Console.WriteLine("| way | clock, s | CPU, s | ratio, clock | ratio, CPU | largest difference |");
        Console.WriteLine("|---|---|---|---|---|---|");
        foreach (var way in ways)
            Console.WriteLine(way.Line(ways[0]));
    }

    private static Tensor Whole(LanguageModel model, EditRequest[] requests, ContextTemplates templates, MemitOptions options)
    {
        var layer = options.Layers[^1];
        return cat([.. requests.Select(request =>
        {
            using var scope = NewDisposeScope();
            var batch = RewriteBatch.Create(model, request, templates, options.FactToken);
            using var clean = CleanPass.Run(model, batch, layer);
            using var pass = new FullPass(model, batch, layer, options.KlAtPromptEnd);
            return ValueOptimizer.Optimize(pass, batch, clean.BareValues(model, batch), options).Delta.MoveToOuterDisposeScope();
        })], 0);
    }

    private sealed class Way(string name, Func<Tensor> run)
    {
        private readonly List<(double Clock, double Cpu)> _times = [];

        private float[] _values = [];

        public void Measure()
        {
            using var scope = NewDisposeScope();
            using var self = Process.GetCurrentProcess();
            var (cpu, clock) = (self.TotalProcessorTime, Stopwatch.StartNew());
            var values = run();
            self.Refresh();
            _times.Add((clock.Elapsed.TotalSeconds, (self.TotalProcessorTime - cpu).TotalSeconds));
            _values = [.. values.data<float>()];
        }

        public string Line(Way baseline)
        {
            var difference = _values.Zip(baseline._values, (one, other) => Math.Abs(one - other)).Max() / baseline._values.Max(Math.Abs);
            if (difference > Tolerance)
                throw new InvalidOperationException($"The values {name} differ by {difference} of their largest.");
            var ratios = _times.Zip(baseline._times, (own, other) => (Clock: own.Clock / other.Clock, Cpu: own.Cpu / other.Cpu)).ToArray();
            return string.Create(
                CultureInfo.InvariantCulture,
                $"| {name} | {Median(_times.Select(t => t.Clock)):F1} | {Median(_times.Select(t => t.Cpu)):F1} | {Range(ratios.Select(r => r.Clock))} | {Range(ratios.Select(r => r.Cpu))} | {difference:E0} |");
        }

        private static string Range(IEnumerable<double> values) =>
            string.Create(CultureInfo.InvariantCulture, $"**{Median(values):F2}** ({values.Min():F2} to {values.Max():F2})");

        private static double Median(IEnumerable<double> values) => values.Order().ElementAt(Turns / 2);
    }
}
