using System.CommandLine;
using Amend.Atlas.Facts;
using Amend.Atlas.Training.Bert;
using Amend.Cli.CommandLine;
using Amend.Cli.Documents;
using Amend.Cli.Rendering;

namespace Amend.Cli.Commands.Atlas;

/// <summary><c>amend atlas train bert</c>: trains a BERT to judge claims about a world.</summary>
internal sealed class TrainBertCommand : ICliCommand
{
    private readonly Option<DirectoryInfo> _out = new("--out")
    {
        Description = "The model's folder; a stopped training there goes on.",
        HelpName = "FOLDER",
        DefaultValueFactory = _ => new DirectoryInfo(Path.Combine("models", "atlas-bert")),
    };

    private readonly Option<string?> _world = new("--world")
    {
        Description = "The world's folder, one YAML file a relation; the embedded world by default.",
        HelpName = "FOLDER",
    };

    private readonly Option<int> _steps = new("--steps")
    {
        Description = "Optimiser steps.",
        HelpName = "N",
        DefaultValueFactory = _ => new BertTrainingOptions().Steps,
    };

    private readonly Option<int> _rows = new("--rows")
    {
        Description = "Claims a step.",
        HelpName = "N",
        DefaultValueFactory = _ => new BertTrainingOptions().BatchRows,
    };

    private readonly Option<double> _rate = new("--learning-rate")
    {
        Description = "Highest learning rate.",
        HelpName = "RATE",
        DefaultValueFactory = _ => new BertTrainingOptions().LearningRate,
    };

    private readonly Option<int> _layers = new("--layers")
    {
        Description = "Layers.",
        HelpName = "N",
        DefaultValueFactory = _ => new BertTrainingOptions().Layers,
    };

    private readonly Option<int> _width = new("--width")
    {
        Description = "Width of the residual stream, a multiple of 4.",
        HelpName = "N",
        DefaultValueFactory = _ => new BertTrainingOptions().Width,
    };

    private readonly Option<int> _vocabulary = new("--vocabulary")
    {
        Description = "Most pieces of the tokenizer.",
        HelpName = "N",
        DefaultValueFactory = _ => new BertTrainingOptions().Vocabulary,
    };

    private readonly Option<int> _seed = new("--seed")
    {
        Description = "The seed of weights, held-out forms and order.",
        HelpName = "N",
        DefaultValueFactory = _ => new BertTrainingOptions().Seed,
    };

    /// <inheritdoc/>
    public Command Build()
    {
        var command = new Command("bert", "A small BERT that judges claims, from nothing; under an hour on 2 cores.")
        {
            _out, _world, _steps, _rows, _rate, _layers, _width, _vocabulary, _seed,
        };
        // On another thread: Ctrl-C is listened to only once the action has returned its task.
        command.SetAction((parsed, stop) => Task.Run(() => Run(parsed, stop), CancellationToken.None));
        return command;
    }

    private int Run(ParseResult parsed, CancellationToken stop)
    {
        GlobalOptions.LoadOptions(parsed);
        var options = UsageException.In(() => Options(parsed));
        var world = parsed.GetValue(_world) is { } folder ? AtlasWorld.Load(folder) : AtlasWorld.LoadEmbedded();
        var target = parsed.GetValue(_out)!.FullName;
        var report = new BertTrainer(world, options, Console.Error).Train(target, stop);
        if (report is null)
        {
            Messages.Progress($"stopped; the same command goes on from the checkpoint in {target}");
            return ExitCode.Cancelled;
        }

        if (parsed.GetValue(GlobalOptions.Json))
            Json.Print(JudgedDocument.Of(target, report));
        else
            Terminal.Line($"{target}: {report}");
        return ExitCode.Done;
    }

    private BertTrainingOptions Options(ParseResult parsed) => new BertTrainingOptions
    {
        Steps = parsed.GetValue(_steps),
        BatchRows = parsed.GetValue(_rows),
        LearningRate = parsed.GetValue(_rate),
        Layers = parsed.GetValue(_layers),
        Width = parsed.GetValue(_width),
        Vocabulary = parsed.GetValue(_vocabulary),
        Seed = parsed.GetValue(_seed),
    }.Validated();
}
