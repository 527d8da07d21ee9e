using System.CommandLine;
using Amend.Atlas.Facts;
using Amend.Atlas.Training;
using Amend.Cli.CommandLine;
using Amend.Cli.Documents;
using Amend.Cli.Rendering;

namespace Amend.Cli.Commands.Atlas;

/// <summary><c>amend atlas train gpt</c>: trains a GPT-2 on a world.</summary>
internal sealed class TrainCommand : ICliCommand
{
    private readonly Option<DirectoryInfo> _out = new("--out")
    {
        Description = "The model's folder; a stopped training there goes on.",
        HelpName = "FOLDER",
        DefaultValueFactory = _ => new DirectoryInfo(Path.Combine("models", "atlas-gpt")),
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
        DefaultValueFactory = _ => new TrainingOptions().Steps,
    };

    private readonly Option<int> _vocabulary = new("--vocabulary")
    {
        Description = "Pieces of the tokenizer.",
        HelpName = "N",
        DefaultValueFactory = _ => new TrainingOptions().Vocabulary,
    };

    private readonly Option<int> _seed = new("--seed")
    {
        Description = "The seed of weights, held-out phrasings and order.",
        HelpName = "N",
        DefaultValueFactory = _ => new TrainingOptions().Seed,
    };

    /// <inheritdoc/>
    public Command Build()
    {
        var gpt = new Command("gpt", "A small GPT-2, from nothing; about an hour on 2 cores.") { _out, _world, _steps, _vocabulary, _seed };
        // On another thread: Ctrl-C is listened to only once the action has returned its task.
        gpt.SetAction((parsed, stop) => Task.Run(() => Run(parsed, stop), CancellationToken.None));
        return new Command("train", "Train a model on a world.") { gpt, new TrainBertCommand().Build() };
    }

    private int Run(ParseResult parsed, CancellationToken stop)
    {
        GlobalOptions.LoadOptions(parsed);
        var options = UsageException.In(() => Options(parsed));
        var world = parsed.GetValue(_world) is { } folder ? AtlasWorld.Load(folder) : AtlasWorld.LoadEmbedded();
        var target = parsed.GetValue(_out)!.FullName;
        var report = new GptTrainer(world, options, Console.Error).Train(target, stop);
        if (report is null)
        {
            Messages.Progress($"stopped; the same command goes on from the checkpoint in {target}");
            return ExitCode.Cancelled;
        }

        if (parsed.GetValue(GlobalOptions.Json))
            Json.Print(TrainedDocument.Of(target, report));
        else
            Terminal.Line($"{target}: {report}");
        return ExitCode.Done;
    }

    private TrainingOptions Options(ParseResult parsed) =>
        new TrainingOptions
        {
            Steps = parsed.GetValue(_steps),
            Vocabulary = parsed.GetValue(_vocabulary),
            Seed = parsed.GetValue(_seed),
        }.Validated();
}
