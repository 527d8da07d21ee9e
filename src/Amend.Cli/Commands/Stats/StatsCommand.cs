using System.CommandLine;
using Amend.Cli.CommandLine;
using Amend.Cli.Commands.Cluster;
using Amend.Cli.Rendering;
using Amend.Cluster.Board;
using Amend.Editing.Homes;
using Amend.Editing.Statistics;
using Amend.Models;

namespace Amend.Cli.Commands.Stats;

/// <summary><c>amend stats</c>: collects the second moment of the keys at layers.</summary>
internal sealed class StatsCommand : ICliCommand
{
    private readonly Argument<string> _model = ModelArgument.Create();
    private readonly Option<string> _layer = new("--layer")
    {
        Description = "The layers, from 0, which share the passes: 3, or 0,2,5-8, or all.",
        HelpName = "N",
        Required = true,
    };

    private readonly Option<string[]> _text = new("--text")
    {
        Description = "A text file, one passage a line (of JSON records the field \"text\"), "
            + "or a folder of .txt, .md and .jsonl files, each plain or as .gz; may be repeated.",
        HelpName = "FILE|DIR",
        Required = true,
    };

    private readonly Option<FileInfo?> _out = new("--out")
    {
        Description = "The statistics file, or of several layers their folder; in Amend's home by default.",
        HelpName = "FILE|DIR",
    };

    private readonly Option<long> _maxTokens = new("--max-tokens")
    {
        Description = "Most tokens.",
        HelpName = "N",
        DefaultValueFactory = _ => new SecondMomentOptions().MaxTokens,
    };

    private readonly Option<int> _sequence = new("--sequence-length")
    {
        Description = "Tokens a passage is cut to.",
        HelpName = "N",
        DefaultValueFactory = _ => new SecondMomentOptions().SequenceLength,
    };

    private readonly Option<int> _batch = new("--batch-tokens")
    {
        Description = "Tokens a pass.",
        HelpName = "N",
        DefaultValueFactory = _ => new SecondMomentOptions().BatchTokens,
    };

    private readonly RunningOptions _cluster = new();

    /// <inheritdoc/>
    public Command Build()
    {
        var command = new Command("stats", "Collect the statistics of layers' keys from texts; a stopped collection goes on where it was.")
        {
            _model, _layer, _text, _out, _maxTokens, _sequence, _batch,
        };
        _cluster.AddTo(command);
        command.Subcommands.Add(new ShowStatsCommand().Build());
        command.Subcommands.Add(new MergeStatsCommand().Build());
        command.Subcommands.Add(new ImportStatsCommand().Build());
        // On another thread: Ctrl-C is listened to only once the action has returned its task.
        command.SetAction((parsed, stop) => Task.Run(() => Run(parsed, stop), CancellationToken.None));
        return command;
    }

    private int Run(ParseResult parsed, CancellationToken stop)
    {
        var runner = _cluster.Runner(parsed);
        var (text, options) = (PassageFiles.Find(parsed.GetValue(_text)!), UsageException.In(() => Options(parsed)));
        if (text.PassedOver is [var first, ..] others)
            Messages.Notes.Report(
                $"files of the folder whose names are no texts' are passed over ({others.Count}: '{first}' …); name those that are texts.");
        using var model = ModelArgument.Load(parsed, parsed.GetValue(_model)!);
        var collector = new SecondMomentCollector(model, Layers(parsed.GetValue(_layer)!, model.Shape.Layers), options);
        var paths = Paths(AmendEnvironment.Of(parsed).Home, parsed.GetValue(_out)?.FullName, collector.Layers, model);
        if (runner is not null && !HasAll(paths))
        {
            var shards = collector.Cut(text.Read(), ClusterCollection.TokensOfShard);
            runner.Collect(collector, shards, paths, Submitted(parsed, model, text), stop);
        }

        var tokens = collector.Collect(text.Read(), paths, Messages.Counter("tokens"), stop);
        if (stop.IsCancellationRequested)
            Messages.Progress("stopped; the same command goes on from here");
        var files = collector.Layers.Zip(paths, tokens);
        var collected = CollectedStatistics.Read(model.Name, files, stop.IsCancellationRequested, StatisticsView.QuickWidth);
        if (parsed.GetValue(GlobalOptions.Json))
            Json.Print(collected);
        else
            StatisticsView.Print(collected);
        return stop.IsCancellationRequested ? ExitCode.Cancelled : ExitCode.Done;
    }

    /// <summary>Whether the files are there; begun here, they cannot be gone on with elsewhere.</summary>
    private static bool HasAll(IReadOnlyList<string> paths)
    {
        var there = paths.Where(File.Exists).ToList();
        if (there.Count == 0)
            return false;
        bool IsWhole(string path) => SecondMomentSummary.Read(path, mostWidth: 0).Notes.Finished != false;
        return there.Count == paths.Count && there.TrueForAll(IsWhole)
            ? true
            : throw new UsageException(
                $"'{there[0]}' is there already, and a cluster collects all layers of a text from its beginning; "
                + "collect without --cluster, or delete it.");
    }

    private SubmittedModel Submitted(ParseResult parsed, LanguageModel model, PassageFiles text) =>
        new(model, ModelArgument.PathOf(parsed, _model), GlobalOptions.LoadOptions(parsed).DType, TextName(text));

    private static string TextName(PassageFiles text) =>
        Path.GetFileName(text.Files[0]) + (text.Files.Count > 1 ? $" and {text.Files.Count - 1} more" : "");

    private static IReadOnlyList<string> Paths(AmendHome home, string? place, IReadOnlyList<int> layers, LanguageModel model)
    {
        var library = new SecondMomentLibrary(home);
        return place is null ? [.. layers.Select(layer => library.PathFor(model, layer))]
            : layers.Count == 1 && !Directory.Exists(place) ? [place]
            : [.. layers.Select(layer => SecondMomentLibrary.PathIn(place, layer))];
    }

    private static List<int> Layers(string text, int count) =>
        text == LayerNumbers.All ? [.. Enumerable.Range(0, count)] : LayerNumbers.Parse("--layer", text, count);

    private SecondMomentOptions Options(ParseResult parsed) => new SecondMomentOptions
    {
        MaxTokens = parsed.GetValue(_maxTokens),
        SequenceLength = parsed.GetValue(_sequence),
        BatchTokens = parsed.GetValue(_batch),
    }.Validated();
}
