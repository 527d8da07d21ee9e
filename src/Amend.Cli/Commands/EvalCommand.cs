using System.CommandLine;
using Amend.Cli.CommandLine;
using Amend.Cli.Commands.Cluster;
using Amend.Cli.Rendering;
using Amend.Evaluation.Metrics;
using Amend.Evaluation.Orders;
using Amend.Evaluation.Protocols;
using Amend.Evaluation.Reports;
using Amend.Evaluation.Runs;
using Amend.Models;
using Amend.Models.Scoring;
using Amend.Reports.Evaluation;

namespace Amend.Cli.Commands;

/// <summary><c>amend eval</c>: editors side by side over a data set, measured by metrics.</summary>
internal sealed class EvalCommand : ICliCommand
{
    private readonly Argument<string> _suite = new("SUITE")
    {
        Description = "An embedded suite, such as atlas-counterfact, or FORMAT:PATH.",
    };

    private readonly Option<string> _model = new("--model")
    {
        Description = ModelArgument.Description,
        HelpName = "MODEL",
        Required = true,
    };

    private readonly Option<string?> _editors = new("--editors")
    {
        Description = "The methods, separated by commas; 'none' is the unedited model, "
            + $"and rome:key_policy=bare;v_lr=0.1 has settings of its own. {UsualRun.Facts.Editors} by default, "
            + $"{UsualRun.Labels.Editors} where texts are labelled and in a stream.",
        HelpName = "NAMES",
    };

    private readonly Option<string?> _metrics = new("--metrics")
    {
        Description = $"The metrics, separated by commas, or all. {UsualRun.Facts.Metrics} by default, "
            + $"{UsualRun.Labels.Metrics} where texts are labelled, {UsualRun.Stream.Metrics} in a stream.",
        HelpName = "IDS",
    };

    private readonly Option<string?> _retain = new("--retain")
    {
        Description = "Labelled texts whose predictions should stay: a number of the data set's other texts, drawn by the seed, all "
            + "of them, or those of another data set, FORMAT:PATH; those that the data set names by default, or else 100.",
        HelpName = "TEXTS",
    };

    private readonly StreamOptions _stream = new();
    private readonly RunningOptions _cluster = new();


    private readonly Option<string> _protocol = new("--protocol")
    {
        Description = "When cases are edited and measured: single, batch, sequential or stream.",
        HelpName = "NAME",
        DefaultValueFactory = _ => BuiltInProtocols.All[0].Name,
    };

    private readonly Option<int?> _size = new("--size")
    {
        Description = "Cases that are edited together, in batch (10 by default) and sequential (1).",
        HelpName = "N",
    };

    private readonly GuardOption _guard = new(
        "Measure the model after each write and take back what harms it: alone for the usual limits, or write=, norm=, denominator=, "
        + "perplexity=, past= with numbers or off; on-breach=stop (the default) ends the row there, on-breach=revert goes on.");

    private readonly EditorOptions _given = new();
    private readonly Option<int?> _cases = new("--cases") { Description = "Most cases.", HelpName = "N" };
    private readonly Option<int> _offset = new("--offset")
    {
        Description = "Cases to pass over first.",
        HelpName = "N",
        DefaultValueFactory = _ => 0,
    };

    private readonly Option<bool> _skipBad = new("--skip-bad") { Description = "Pass over broken records and count them." };
    private readonly Option<int> _parallel = new("--parallel")
    {
        Description = "Models that work beside each other, each with its share of the threads.",
        HelpName = "N",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<int> _together = new("--score-batch")
    {
        Description = "Prompts a pass when the model is asked; no figure depends on it.",
        HelpName = "N",
        DefaultValueFactory = _ => new AskingOptions().BatchSize,
    };

    private readonly Option<string?> _snippets = new("--snippets")
    {
        Description = "Reference texts for rs, in the form of attribute_snippets.json; NAME.snippets.json beside the data set by default.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _text = new("--fixed-text")
    {
        Description = "The text for ppl and the guard; NAME.fixed.txt beside the data set by default.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _probe = new("--probe")
    {
        Description = "Facts of no edit, for probe: a suite's name or FORMAT:PATH, of which the true objects are asked for.",
        HelpName = "SUITE",
    };

    private readonly Option<string?> _out = new("--out")
    {
        Description = "The run's folder, with results as they come and the reports; the same command goes on with a run that was stopped.",
        HelpName = "DIR",
    };

    /// <inheritdoc/>
    public Command Build()
    {
        var command = new Command("eval", "Edit the cases of a data set, measure, take back; editors side by side.")
        {
            _suite, _model, _editors, _metrics, _protocol, _size, _cases, _offset, _skipBad, _parallel, _together,
            _snippets, _text, _probe, _out, _retain,
        };
        _stream.AddTo(command);
        _guard.AddTo(command);
        _given.AddTo(command);
        _cluster.AddTo(command);
        command.SetAction((parsed, stop) => Task.Run(() => Run(parsed, stop), CancellationToken.None));
        return command;
    }

    private int Run(ParseResult parsed, CancellationToken stop)
    {
        var runner = _cluster.Runner(parsed, _parallel);
        var order = UsageException.In(() => Order(parsed));
        var files = order.Find();
        var plan = UsageException.In(() => (order.ToPlan(files) with
        {
            Parallel = parsed.GetValue(_parallel),
            Folder = parsed.GetValue(_out) is { } path ? Path.GetFullPath(path) : null,
            CacheFolder = AmendEnvironment.Of(parsed).Home.Cache("unedited"),
        }).Validated());
        var options = GlobalOptions.LoadOptions(parsed);
        var folder = AmendEnvironment.Of(parsed).Models.Find(parsed.GetValue(_model)!);
        var result = runner is { } cluster
            ? cluster.Run(order, plan, folder, options, stop)
            : new EvalRun(plan, () => Load(folder, options)).Run(new ProgressLines(), stop);
        var report = EvalReport.Of(result);
        if (plan.Folder is not null)
        {
            ReportFolder.Write(plan.Folder, report);
            ReportPages.Write(plan.Folder, report);
        }

        if (parsed.GetValue(GlobalOptions.Json))
            Json.Print(report);
        else
            ReportView.Print(report, plan.Folder);
        return result.Finished ? ExitCode.Done : ExitCode.Cancelled;
    }

    private RunOrder Order(ParseResult parsed)
    {
        var given = _given.Read(parsed);
        return new RunOrder(parsed.GetValue(_suite)!)
        {
            Editors = parsed.GetValue(_editors),
            Metrics = parsed.GetValue(_metrics),
            Protocol = parsed.GetValue(_protocol)!,
            Size = parsed.GetValue(_size),
            Guard = _guard.Read(parsed),
            Retain = parsed.GetValue(_retain),
            Stream = _stream.Read(parsed),
            Layer = given.Layer,
            Settings = given.Settings,
            Seed = given.Seed,
            Statistics = _given.StatisticsOf(parsed),
            Offset = parsed.GetValue(_offset),
            Cases = parsed.GetValue(_cases),
            SkipBad = parsed.GetValue(_skipBad),
            ScoreBatch = parsed.GetValue(_together),
            Snippets = parsed.GetValue(_snippets),
            FixedText = parsed.GetValue(_text),
            Probe = parsed.GetValue(_probe),
        };
    }

    private static LanguageModel Load(string folder, LoadOptions options)
    {
        var model = LanguageModel.Load(folder, options);
        try
        {
            model.Require("eval", TargetBatch.Kinds);
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }
}
