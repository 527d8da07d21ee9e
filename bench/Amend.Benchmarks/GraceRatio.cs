using System.Diagnostics;
using System.Globalization;
using Amend.Editing;
using Amend.Editing.Adaptors;
using Amend.Editing.Editors.Grace;
using Amend.Evaluation.Datasets;
using Amend.Models;
using Amend.Models.Scoring;
using Amend.Tensors.Native;
using static TorchSharp.torch;

namespace Amend.Benchmarks;

/// <summary>
/// How long the search for GRACE's values of the first questions of a suite takes on a model with its preset: by whole passes, as
/// Thartvigsen/GRACE, and from the layer on. Both by turns, by the process's CPU time, which other load does not lengthen.
/// </summary>
internal static class GraceRatio
{
    private const int Turns = 3;
    private const int Requests = 5;
    private const double Tolerance = 1e-4;

    private static readonly (string Model, string Suite)[] Pairs = [("atlas-gpt", "atlas-counterfact"), ("atlas-t5", "atlas-zsre")];

    /// <summary>Prints a line for each turn on each model.</summary>
    /// <exception cref="InvalidOperationException">The values differ by more than 1e-4 of their largest.</exception>
    public static void Run()
    {
        TorchRuntime.EnsureLoaded();
        ThreadBudget.Set(1);
        foreach (var (model, suite) in Pairs)
            Run(model, suite);
    }

    private static void Run(string name, string suite)
    {
        using var model = LanguageModel.Load($"models/{name}");
        var options = new GraceEditor().Preset(model.ModelType, model.Shape);
        EditRequest[] requests =
        [
            .. new DatasetLocator("suites").Find(suite).Read(new DatasetOptions()).Take(Requests)
                .SelectMany(one => one.ToEditRequests()),
        ];
        Console.WriteLine($"{name}, {requests.Length} requests, {options.NIter} steps, layer {options.Layers[0]} of {model.Shape.Layers}, {get_num_threads()} threads");
        Console.WriteLine("| whole passes, CPU s | from the layer on, CPU s | ratio | largest difference |");
        Console.WriteLine("|---|---|---|---|");
        for (var turn = 0; turn < Turns; turn++)
        {
            using var scope = NewDisposeScope();
            var (whole, wholeSeconds) = Timed(() => Values(model, requests, options, isWhole: true));
            var (above, aboveSeconds) = Timed(() => Values(model, requests, options, isWhole: false));
            var difference = ((whole - above).abs().max() / whole.abs().max()).item<float>();
            if (difference > Tolerance)
                throw new InvalidOperationException($"The values differ by {difference} of their largest.");
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"| {wholeSeconds:F2} | {aboveSeconds:F2} | **{wholeSeconds / aboveSeconds:F2}** | {difference:E0} |"));
        }
    }

    private static Tensor Values(LanguageModel model, EditRequest[] requests, GraceOptions options, bool isWhole) => stack([.. requests.Select(request =>
    {
        using var scope = NewDisposeScope();
        var weight = AdaptorLayer.Find(model, options);
        using var batch = TargetBatch.Create(model, [(request.FilledPrompt, request.TargetNew)]);
        if (!isWhole)
            batch.GoOnFrom(AdaptorLayer.StackOf(model, options), options.Layers[0]);
        return ValueTraining.Train(model, batch, weight.Name, full(weight.Value.shape[0], 0.5f), options).Value.MoveToOuterDisposeScope();
    })]);

    private static (Tensor Values, double Seconds) Timed(Func<Tensor> run)
    {
        using var self = Process.GetCurrentProcess();
        var before = self.TotalProcessorTime;
        var values = run();
        self.Refresh();
        return (values, (self.TotalProcessorTime - before).TotalSeconds);
    }
}
