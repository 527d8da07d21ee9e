using System.CommandLine;
using Amend.Cli.Rendering;
using Amend.Editing.Statistics;
using Amend.Editing.Stores;
using Amend.Models;
using Amend.Tensors;

namespace Amend.Cli.Commands.Stats;

/// <summary><c>amend stats show</c>: what statistics there are and what they are worth.</summary>
internal sealed class ShowStatsCommand : ICliCommand
{
    private readonly Argument<string> _what = new("FILE|MODEL") { Description = "A statistics file, or a model, of which all statistics are listed." };

    /// <inheritdoc/>
    public Command Build()
    {
        var command = new Command("show", "The statistics of a file or of a model: keys, text, effective rank, condition number.") { _what };
        command.SetAction(Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        var options = GlobalOptions.LoadOptions(parsed);
        var what = parsed.GetValue(_what)!;
        if (File.Exists(what))
            ShowFile(Path.GetFullPath(what), parsed.GetValue(GlobalOptions.Json));
        else
            ShowModel(AmendEnvironment.Of(parsed).Models, what, options, parsed.GetValue(GlobalOptions.Json));
        return ExitCode.Done;
    }

    private static void ShowFile(string path, bool json)
    {
        var found = SecondMomentSummary.Read(path);
        if (json)
            Json.Print(StatisticsView.Json(found));
        else
            StatisticsView.Print(found);
    }

    private static void ShowModel(ModelLocator models, string name, LoadOptions options, bool json)
    {
        using var model = LanguageModel.Load(models.Find(name), options);
        model.RequireDecoder("amend stats");
        using var library = new SecondMomentLibrary(AmendHome.Default);
        var files = Enumerable.Range(0, model.Shape.Layers)
            .SelectMany(layer => library.Files(model, layer).Select(path => (Layer: layer, Found: SecondMomentSummary.Read(path, StatisticsView.QuickWidth))))
            .Select(row => (row.Layer, row.Found, Fits: row.Found.IsOf(model, row.Layer)))
            .ToList();
        var used = files.Where(row => row.Fits).DistinctBy(row => row.Layer).Select(row => row.Found).ToHashSet();
        var rows = files.Select(row => (row.Layer, row.Found, State: !row.Fits ? "of other weights: not used" : used.Contains(row.Found) ? StatisticsView.State(row.Found.Notes) : "not used: another goes first")).ToList();
        if (json)
            Json.Print(rows.Select(row => new { row.Layer, Used = used.Contains(row.Found), row.State, Statistics = StatisticsView.Json(row.Found) }));
        else if (rows.Count > 0)
            StatisticsView.Print(rows);
        else
            throw new AmendException($"There are no statistics of '{model.Name}' at any of its {model.Shape.Layers} layers; collect some with: amend stats {name} --layer N --text FILE.");
    }
}
