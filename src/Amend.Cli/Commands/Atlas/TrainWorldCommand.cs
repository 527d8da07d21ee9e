using System.CommandLine;
using Amend.Atlas.Facts;
using Amend.Atlas.Training;
using Amend.Cli.CommandLine;
using Amend.Cli.Rendering;

namespace Amend.Cli.Commands.Atlas;

/// <summary>A verb of <c>amend atlas train</c>: trains one kind of model on a world.</summary>
/// <typeparam name="TReport">What is measured of the written model.</typeparam>
internal abstract class TrainWorldCommand<TReport>(TrainedKind kind) : ICliCommand
    where TReport : class
{
    private readonly Option<DirectoryInfo> _out = new("--out")
    {
        Description = "The model's folder; a stopped training there goes on.",
        HelpName = "FOLDER",
        DefaultValueFactory = _ => new DirectoryInfo(Path.Combine("models", $"atlas-{kind.Name}")),
    };

    private readonly Option<string?> _world = new("--world")
    {
        Description = "The world's folder, one YAML file a relation; the embedded world by default.",
        HelpName = "FOLDER",
    };

    /// <summary>Optimiser steps.</summary>
    protected Option<int> Steps { get; } = Number("--steps", "Optimiser steps.", kind.Steps);

    /// <summary>Pieces of the tokenizer.</summary>
    protected Option<int> Vocabulary { get; } = Number("--vocabulary", "Most pieces of the tokenizer.", kind.Vocabulary);

    /// <summary>The seed.</summary>
    protected Option<int> Seed { get; } = Number("--seed", $"The seed of {kind.Drawn}.", kind.Seed);

    /// <summary>Options that this kind of model has besides.</summary>
    protected virtual IReadOnlyList<Option> Own => [];

    /// <inheritdoc/>
    public Command Build()
    {
        var command = new Command(kind.Name, kind.Description);
        foreach (var option in (Option[])[_out, _world, Steps, .. Own, Vocabulary, Seed])
            command.Options.Add(option);
        // On another thread: Ctrl-C is listened to only once the action has returned its task.
        command.SetAction((parsed, stop) => Task.Run(() => Run(parsed, stop), CancellationToken.None));
        return command;
    }

    /// <summary>An option that is a number.</summary>
    protected static Option<int> Number(string name, string description, int value) => new(name)
    {
        Description = description,
        HelpName = "N",
        DefaultValueFactory = _ => value,
    };

    /// <summary>Reads the settings, and gives what makes a trainer of a world with them.</summary>
    /// <exception cref="Tensors.AmendException">A setting makes no sense.</exception>
    protected abstract Func<AtlasWorld, WorldTrainer<TReport>> Trainer(ParseResult parsed);

    /// <summary>What is printed as JSON.</summary>
    protected abstract object Document(string folder, TReport report);

    private int Run(ParseResult parsed, CancellationToken stop)
    {
        GlobalOptions.LoadOptions(parsed);
        var trainer = UsageException.In(() => Trainer(parsed));
        var world = parsed.GetValue(_world) is { } folder ? AtlasWorld.Load(folder) : AtlasWorld.LoadEmbedded();
        var target = parsed.GetValue(_out)!.FullName;
        var report = trainer(world).Train(target, stop);
        if (report is null)
        {
            Messages.Progress($"stopped; the same command goes on from the checkpoint in {target}");
            return ExitCode.Cancelled;
        }

        if (parsed.GetValue(GlobalOptions.Json))
            Json.Print(Document(target, report));
        else
            Terminal.Line($"{target}: {report}");
        return ExitCode.Done;
    }
}

/// <summary>A kind of model that is trained on a world.</summary>
/// <param name="Name">The verb, and the model's name behind <c>atlas-</c>.</param>
/// <param name="Description">What it is.</param>
/// <param name="Drawn">What the seed is of.</param>
internal sealed record TrainedKind(string Name, string Description, string Drawn)
{
    /// <summary>Steps, if nothing else is asked.</summary>
    public required int Steps { get; init; }

    /// <summary>Pieces, if nothing else is asked.</summary>
    public required int Vocabulary { get; init; }

    /// <summary>The seed, if nothing else is asked.</summary>
    public required int Seed { get; init; }
}
