using System.CommandLine;
using Amend.Atlas.Facts;
using Amend.Atlas.Suites;
using Amend.Cli.CommandLine;
using Amend.Cli.Documents;
using Amend.Cli.Rendering;

namespace Amend.Cli.Commands.Atlas;

/// <summary><c>amend atlas suites</c>: writes a world's suites for a model in the public formats.</summary>
internal sealed class SuitesCommand : ICliCommand
{
    private readonly Option<string> _model = new("--model")
    {
        Description = ModelArgument.Description,
        DefaultValueFactory = _ => "atlas-gpt",
    };

    private readonly Option<DirectoryInfo> _out = new("--out")
    {
        Description = "The folder that the suites are written to.",
        DefaultValueFactory = _ => new DirectoryInfo("suites"),
    };
    private readonly Option<string?> _world = new("--world")
    {
        Description = "The world's folder, one YAML file a relation; the embedded world by default.",
    };

    private readonly Option<int> _limit = new("--limit")
    {
        Description = "Most CounterFact records.",
        DefaultValueFactory = _ => SuiteWriter.DefaultLimit,
    };

    private readonly Option<int> _seed = new("--seed") { Description = "The seed of everything drawn.", DefaultValueFactory = _ => 1 };

    /// <inheritdoc/>
    public Command Build()
    {
        var command = new Command(
            "suites",
            "Write a world's suites for a model: atlas-counterfact with its reference texts and atlas-known, of facts that the "
            + "model knows; and claims, questions and documents, which ask no model: atlas-fever, atlas-qa, atlas-zsre, atlas-nq and "
            + "atlas-labels.")
        {
            _model, _out, _world, _limit, _seed,
        };
        command.SetAction(Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        var world = parsed.GetValue(_world) is { } folder ? AtlasWorld.Load(folder) : AtlasWorld.LoadEmbedded();
        using var model = ModelArgument.Load(parsed, parsed.GetValue(_model)!);
        var target = parsed.GetValue(_out)!.FullName;
        var counts = SuiteWriter.Write(world, model, target, parsed.GetValue(_seed), parsed.GetValue(_limit));
        if (parsed.GetValue(GlobalOptions.Json))
            Json.Print(new SuitesDocument(target, counts));
        else
            Terminal.Line(
                $"{counts.CounterFact} CounterFact records and {counts.CounterFactTraining} for training, {counts.Snippets} reference "
                + $"texts, {counts.Known} known facts of {world.Facts.Count}, {counts.Questions} questions, {counts.TrainingClaims} "
                + $"claims for training and {counts.DevelopmentClaims} for measuring, {counts.Corrections} questions to correct and "
                + $"{counts.Holdout} beside them, {counts.Upstream} that are known, and {counts.Documents} documents whose labels have "
                + $"shifted, in {target}");
        return ExitCode.Done;
    }
}
