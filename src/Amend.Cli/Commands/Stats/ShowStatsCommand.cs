using System.CommandLine;
using Amend.Cli.CommandLine;
using Amend.Cli.Rendering;
using Amend.Editing.Statistics;
using Amend.Models;
using Amend.Models.Sources.Gguf;
using Amend.Tensors;

namespace Amend.Cli.Commands.Stats;

/// <summary><c>amend stats show</c>: what statistics there are and what they are worth.</summary>
internal sealed class ShowStatsCommand : ICliCommand
{
    private readonly Argument<string> _what = new("FILE|MODEL")
    {
        Description = "A statistics file, or a model, of which all statistics are listed.",
    };

    /// <inheritdoc/>
    public Command Build()
    {
        var command = new Command("show", "The statistics of a file or of a model: keys, text, effective rank, condition number.")
        {
            _what,
        };
        command.SetAction(Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        var options = GlobalOptions.LoadOptions(parsed);
        var what = parsed.GetValue(_what)!;
        var isFile = File.Exists(what) && !GgufModel.IsAt(what);
        var list = isFile ? StatisticsList.Read(Path.GetFullPath(what)) : OfModel(AmendEnvironment.Of(parsed), what, options);
        if (parsed.GetValue(GlobalOptions.Json))
            Json.Print(list);
        else if (isFile)
            StatisticsView.Print(list.Statistics[0].Statistics);
        else
            StatisticsView.Print(list);
        return ExitCode.Done;
    }

    private static StatisticsList OfModel(AmendEnvironment environment, string name, LoadOptions options)
    {
        using var model = LanguageModel.Load(environment.Models.Find(name), options);
        model.RequireDecoder("amend stats");
        using var library = new SecondMomentLibrary(environment.Home);
        var list = StatisticsList.Read(library, model, StatisticsView.QuickWidth);
        return list.Statistics.Count > 0
            ? list
            : throw new AmendException(
                $"There are no statistics of '{model.Name}' at any of its {model.Shape.Layers} layers; "
                + $"collect some with: amend stats {name} --layer N --text FILE.");
    }
}
