using System.CommandLine;
using Amend.Cli.Rendering;
using Amend.Editing.Statistics;
using Amend.Editing.Stores;
using Amend.Models;
using Amend.Tensors;

namespace Amend.Cli.Commands;

/// <summary><c>amend stats</c>: collects the second moment of a layer's keys.</summary>
internal sealed class StatsCommand : ICliCommand
{
    private readonly Argument<string> _model = ModelArgument.Create();
    private readonly Option<int> _layer = new("--layer") { Description = "The layer, from 0.", HelpName = "N", Required = true };
    private readonly Option<FileInfo> _text = new("--text") { Description = "A text file, one passage a line.", HelpName = "FILE", Required = true };
    private readonly Option<FileInfo?> _out = new("--out") { Description = "The statistics file; in Amend's home by default.", HelpName = "FILE" };
    private readonly Option<long> _maxTokens = new("--max-tokens") { Description = "Most tokens.", HelpName = "N", DefaultValueFactory = _ => new SecondMomentOptions().MaxTokens };
    private readonly Option<int> _sequence = new("--sequence-length") { Description = "Tokens a passage is cut to.", HelpName = "N", DefaultValueFactory = _ => new SecondMomentOptions().SequenceLength };
    private readonly Option<int> _batch = new("--batch-tokens") { Description = "Tokens a pass.", HelpName = "N", DefaultValueFactory = _ => new SecondMomentOptions().BatchTokens };

    /// <inheritdoc/>
    public Command Build()
    {
        var command = new Command("stats", "Collect the statistics of a layer's keys from a text; a stopped collection goes on where it was.")
        {
            _model, _layer, _text, _out, _maxTokens, _sequence, _batch,
        };
        // On another thread: Ctrl-C is listened to only once the action has returned its task.
        command.SetAction((parsed, stop) => Task.Run(() => Run(parsed, stop), CancellationToken.None));
        return command;
    }

    private int Run(ParseResult parsed, CancellationToken stop)
    {
        var (text, options) = (parsed.GetValue(_text)!, UsageException.In(() => Options(parsed)));
        if (!text.Exists)
            throw new AmendException($"There is no text file '{text.FullName}'; give a file with one passage a line.");
        using var model = LanguageModel.Load(ModelArgument.Locator.Find(parsed.GetValue(_model)!), GlobalOptions.LoadOptions(parsed));
        var layer = parsed.GetValue(_layer);
        var path = parsed.GetValue(_out)?.FullName ?? new SecondMomentLibrary(AmendHome.Default).PathFor(model, layer);
        var tokens = new SecondMomentCollector(model, layer, options)
            .Collect(File.ReadLines(text.FullName), path, Messages.Counter("tokens"), stop);
        if (stop.IsCancellationRequested)
            Messages.Progress("stopped; the same command goes on from here");
        if (parsed.GetValue(GlobalOptions.Json))
            Json.Print(new { Model = model.Name, Layer = layer, Tokens = tokens, Path = path, Stopped = stop.IsCancellationRequested });
        else
            Terminal.Line($"{tokens} tokens at layer {layer} of {model.Name}, in {path}");
        return stop.IsCancellationRequested ? ExitCode.Cancelled : ExitCode.Done;
    }

    private SecondMomentOptions Options(ParseResult parsed) => new SecondMomentOptions
    {
        MaxTokens = parsed.GetValue(_maxTokens),
        SequenceLength = parsed.GetValue(_sequence),
        BatchTokens = parsed.GetValue(_batch),
    }.Validated();
}
