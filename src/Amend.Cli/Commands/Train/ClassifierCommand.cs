using System.CommandLine;
using Amend.Cli.CommandLine;
using Amend.Cli.Documents;
using Amend.Cli.Rendering;
using Amend.Evaluation.Datasets;
using Amend.Evaluation.Training;
using Amend.Models;
using Amend.Models.Training;
using Amend.Tensors;

namespace Amend.Cli.Commands.Train;

/// <summary><c>amend train classifier</c>: fine-tunes an encoder to put texts under labels.</summary>
internal sealed class ClassifierCommand : ICliCommand
{
    private const string Form = "SUITE|FORMAT:PATH";

    private readonly Option<string> _model = new("--model")
    {
        Description = "The base, an encoder with or without a head, which gets a new one: a folder in Hugging Face form or hf:OWNER/NAME.",
        HelpName = "BASE",
        Required = true,
    };

    private readonly Option<string[]> _data = new("--data")
    {
        Description = "Labelled texts to learn from, such as fever:train.jsonl or labelled:texts.csv; may be repeated.",
        HelpName = Form,
        Required = true,
    };

    private readonly Option<string[]> _valid = new("--valid")
    {
        Description = "Texts to validate on; by default a tenth of the others, drawn by the seed, from which it does not learn.",
        HelpName = Form,
    };

    private readonly Option<DirectoryInfo?> _out = new("--out")
    {
        Description = "The model's folder, new or of a training that was stopped; models/BASE-FORMAT by default.",
        HelpName = "FOLDER",
    };

    private readonly Option<string?> _labels = new("--labels")
    {
        Description = "The labels by id, such as REFUTES,SUPPORTS; texts with others are left out. Those of the data by default.",
        HelpName = "A,B",
    };

    private readonly Option<bool> _skipBad = new("--skip-bad") { Description = "Pass over broken records, and count them." };
    private readonly Option<bool> _resume = new("--resume")
    {
        Description = "Only go on with a training that was stopped; the same command does so by itself, and else begins one.",
    };

    private readonly ClassifierSettings _settings = new();

    /// <inheritdoc/>
    public Command Build()
    {
        var command = new Command("classifier", "Fine-tune an encoder to put texts under labels; a stopped training goes on where it was.")
        {
            _model, _data, _valid, _out, _labels, _skipBad, _resume,
        };
        _settings.AddTo(command);
        // On another thread: Ctrl-C is listened to only once the action has returned its task.
        command.SetAction((parsed, stop) => Task.Run(() => Run(parsed, stop), CancellationToken.None));
        return command;
    }

    private int Run(ParseResult parsed, CancellationToken stop)
    {
        var options = _settings.Read(parsed);
        DatasetSource[] train = [.. parsed.GetValue(_data)!.Select(EmbeddedSuites.Locator.Find)];
        DatasetSource[] validation = [.. (parsed.GetValue(_valid) ?? []).Select(EmbeddedSuites.Locator.Find)];
        var data = Read(parsed, train, validation);
        var trainer = new ClassifierTrainer(data, options);
        foreach (var note in data.Notes)
            Messages.Progress($"note: {note}");
        var loading = GlobalOptions.LoadOptions(parsed) with { NewHead = trainer.Head };
        using var model = LanguageModel.Load(AmendEnvironment.Of(parsed).Models.Find(parsed.GetValue(_model)!), loading);
        var folder = parsed.GetValue(_out)?.FullName ?? Path.GetFullPath(Path.Combine("models", $"{model.Name}-{train[0].Format.Name}"));
        if (parsed.GetValue(_resume) && !ClassifierTrainer.CanResume(folder))
            throw new AmendException($"--resume was asked, but there is no training in '{folder}' to go on with; begin one without it.");
        var trained = trainer.Train(model, folder, new TrainingLines(), stop);
        if (trained.Validation is null)
            Messages.Progress($"stopped after {trained.Curve.Steps} steps; the same command goes on from here");
        if (parsed.GetValue(GlobalOptions.Json))
            Json.Print(TrainedClassifierDocument.Of(trained, data));
        else if (trained.Validation is { } matrix)
            ClassifierView.Print(trained, matrix);
        return trained.Validation is null ? ExitCode.Cancelled : ExitCode.Done;
    }

    private ClassifierData Read(ParseResult parsed, DatasetSource[] train, DatasetSource[] validation)
    {
        var reader = new ClassifierDataReader(new DatasetOptions { SkipBad = parsed.GetValue(_skipBad) })
        {
            Labels = parsed.GetValue(_labels)?.Split(',', StringSplitOptions.TrimEntries),
            Seed = _settings.Seed(parsed),
        };
        return reader.Read(train, validation);
    }
}
