using System.CommandLine;
using Amend.Cli.CommandLine;
using Amend.Cli.Documents;
using Amend.Cli.Rendering;
using Amend.Editing.Editors;
using Amend.Editing.HyperNetworks;
using Amend.Editing.HyperNetworks.Files;
using Amend.Evaluation.Datasets;
using Amend.Evaluation.Training;
using Amend.Models;

namespace Amend.Cli.Commands.Train;

/// <summary><c>amend train EDITOR</c>: trains the network that an editor uses for a model.</summary>
internal sealed class TrainNetworkCommand : ICliCommand
{
    private readonly Argument<string> _editor = new("EDITOR")
    {
        Description = "An editor that uses a trained network, such as mend.",
    };

    private readonly Option<string> _model = new("--model")
    {
        Description = ModelArgument.Description,
        HelpName = "MODEL",
        Required = true,
    };

    private readonly Option<string> _data = new("--data")
    {
        Description = "What it learns from: a suite's name, or FORMAT:PATH.",
        HelpName = "SUITE|FORMAT:PATH",
        Required = true,
    };

    private readonly Option<string?> _valid = new("--valid")
    {
        Description = "What its figures are measured on; by default a tenth of the data's prompts, drawn by the seed, from which it does "
            + "not learn.",
        HelpName = "SUITE|FORMAT:PATH",
    };

    private readonly Option<FileInfo?> _out = new("--out")
    {
        Description = "The network's file, or a folder for it; in Amend's home by default.",
        HelpName = "FILE|DIR",
    };

    private readonly SettingsOption _set = new("A setting of the training, such as steps=2000; may be repeated.", "steps=2000");
    private readonly Option<int?> _steps = new("--steps") { Description = "Most steps, as --set steps=N.", HelpName = "N" };
    private readonly Option<int> _seed = new("--seed")
    {
        Description = "The seed of everything drawn.",
        HelpName = "N",
        DefaultValueFactory = _ => 0,
    };

    private readonly Option<int?> _cases = new("--cases") { Description = "Most cases of a data set.", HelpName = "N" };
    private readonly Option<bool> _skipBad = new("--skip-bad")
    {
        Description = "Pass over broken records and those that the context has no room for, and count them.",
    };

    private readonly Option<bool> _half = new("--half")
    {
        Description = "Keep its matrices in half precision, rounded after the training: half as large a file.",
    };

    private readonly Option<bool> _resume = new("--resume")
    {
        Description = "Only go on with a training that was stopped; the same command does so by itself, and else begins one.",
    };

    /// <inheritdoc/>
    public Command Build()
    {
        var command = new Command("train", "Train the network that an editor uses for a model; a stopped training goes on where it was.")
        {
            _editor, _model, _data, _valid, _out, _steps, _seed, _cases, _skipBad, _half, _resume,
        };
        _set.AddTo(command);
        command.Subcommands.Add(new ClassifierCommand().Build());
        // On another thread: Ctrl-C is listened to only once the action has returned its task.
        command.SetAction((parsed, stop) => Task.Run(() => Run(parsed, stop), CancellationToken.None));
        return command;
    }

    private int Run(ParseResult parsed, CancellationToken stop)
    {
        var trainer = UsageException.In(() => BuiltInNetworks.Trainer(parsed.GetValue(_editor)!));
        var settings = Settings(parsed);
        if (parsed.GetValue(_cases) is < 1 and var cases)
            throw new UsageException($"--cases {cases} was asked; give at least 1.");
        var train = EmbeddedSuites.Locator.Find(parsed.GetValue(_data)!);
        var validation = parsed.GetValue(_valid) is { } valid ? EmbeddedSuites.Locator.Find(valid) : null;
        using var model = ModelArgument.Load(parsed, parsed.GetValue(_model)!);
        using var networks = new NetworkStore(AmendEnvironment.Of(parsed).Home);
        var trained = trainer.Train(model, Read(parsed, model, train, validation), new NetworkTraining
        {
            Settings = settings,
            Seed = parsed.GetValue(_seed),
            Path = parsed.GetValue(_out)?.FullName,
            Networks = networks,
            Half = parsed.GetValue(_half),
            OnlyResume = parsed.GetValue(_resume),
            Progress = new TrainingLines(),
            Stop = stop,
        });
        if (trained.File is null)
            Messages.Progress($"stopped after {trained.Curve.Steps} steps; the same command goes on from here");
        if (parsed.GetValue(GlobalOptions.Json))
            Json.Print(TrainedNetworkDocument.Of(trained));
        else if (trained.File is { } file)
            NetworkView.Print(file, parsed.GetValue(_model)!, trained.WasTrained);
        return trained.File is null ? ExitCode.Cancelled : ExitCode.Done;
    }

    private NetworkData Read(ParseResult parsed, LanguageModel model, DatasetSource train, DatasetSource? validation)
    {
        var options = new DatasetOptions { SkipBad = parsed.GetValue(_skipBad) };
        var reader = new NetworkDataReader(model, options) { MostCases = parsed.GetValue(_cases) };
        var name = NetworkDataReader.NameOf(parsed.GetValue(_data)!, train);
        var data = reader.Read(name, train, validation, parsed.GetValue(_seed));
        foreach (var notice in reader.Notices)
            Messages.Progress($"note: {notice}");
        return data;
    }

    private Dictionary<string, string> Settings(ParseResult parsed)
    {
        var settings = _set.Read(parsed);
        if (parsed.GetValue(_steps) is { } steps && !settings.TryAdd("steps", $"{steps}"))
            throw new UsageException($"--steps {steps} and --set steps={settings["steps"]} were asked; give one of them.");
        return settings;
    }
}
