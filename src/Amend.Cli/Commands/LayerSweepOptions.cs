using System.CommandLine;
using Amend.Cli.CommandLine;
using Amend.Cli.Commands.Cluster;
using Amend.Cli.Documents;
using Amend.Cli.Rendering;
using Amend.Editing.Stores;
using Amend.Evaluation.Orders;
using Amend.Evaluation.Runs;
using Amend.Models;

namespace Amend.Cli.Commands;

/// <summary>The options of <c>amend trace</c> that choose a layer by trying edits instead of by tracing.</summary>
internal sealed class LayerSweepOptions
{
    private const int UsualCases = 50;
    private readonly Option<string?> _suite = new("--sweep")
    {
        Description = "Choose the layer by single edits of a suite's cases at every layer, and keep it for amend edit --layer auto.",
        HelpName = "SUITE",
    };

    private readonly Option<string> _editor = new("--editor")
    {
        Description = "The method of the sweep.",
        HelpName = "NAME",
        DefaultValueFactory = _ => "rome",
    };

    private readonly Option<int> _offset = new("--offset")
    {
        Description = "Cases of the sweep's suite to pass over first.",
        HelpName = "N",
        DefaultValueFactory = _ => 0,
    };

    /// <summary>Adds the options to the verb.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_suite, _editor, _offset])
            command.Options.Add(option);
    }

    /// <summary>Whether a sweep is asked for.</summary>
    public bool IsAsked(ParseResult parsed) => parsed.GetValue(_suite) is not null;

    /// <summary>Sweeps, prints and keeps the choice.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="name">The model's name.</param>
    /// <param name="cases">Most cases.</param>
    /// <param name="runner">Who has it done; null where this machine does it.</param>
    /// <param name="stop">Stops it.</param>
    public int Run(ParseResult parsed, string name, int cases, ClusterRunner? runner, CancellationToken stop)
    {
        var suite = parsed.GetValue(_suite)!;
        var given = new RunOrder(suite) { Offset = parsed.GetValue(_offset), Cases = cases == int.MaxValue ? UsualCases : cases };
        var files = given.Find();
        var (folder, options) = (AmendEnvironment.Of(parsed).Models.Find(name), GlobalOptions.LoadOptions(parsed));
        using var model = LanguageModel.Load(folder, options);
        var order = LayerSweep.Order(given, parsed.GetValue(_editor)!, model.Shape.Layers);
        var plan = UsageException.In(() => order.ToPlan(files)) with { CacheFolder = AmendEnvironment.Of(parsed).Home.Cache("unedited") };
        var result = runner is { } cluster
            ? cluster.Run(order, plan, folder, options, stop)
            : new EvalRun(plan, () => LanguageModel.Load(folder, options)).Run(new ProgressLines(), stop);
        if (!result.Finished)
            return ExitCode.Cancelled;
        var sweep = LayerSweep.Of(result);
        var kept = LayerChoice.Keep(AmendEnvironment.Of(parsed).Home.Layers, model, sweep.Layer, sweep.Explain());
        if (parsed.GetValue(GlobalOptions.Json))
            Json.Print(new TraceDocument { Sweep = new SweepDocument(model.Name, suite, sweep, sweep.Explain(), kept) });
        else
            Print(sweep, kept);
        return ExitCode.Done;
    }

    private static void Print(LayerSweep sweep, string kept)
    {
        var table = Terminal.Table("layer", "S, % (95 % interval)").Numbers(0, 1);
        for (var layer = 0; layer < sweep.Scores.Count; layer++)
            table.Row($"{layer}", $"{sweep.Scores[layer].Value:F1} ({sweep.Scores[layer].Low:F1} to {sweep.Scores[layer].High:F1})");
        Terminal.Write(table);
        Terminal.Line(sweep.Explain());
        Terminal.Line($"kept for amend edit --layer auto in {kept}");
    }
}
