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
    private readonly Option<int> _layer = new("--layer") { Description = "The layer.", Required = true };
    private readonly Option<FileInfo> _text = new("--text") { Description = "A text file, one passage a line.", Required = true };
    private readonly Option<FileInfo?> _out = new("--out") { Description = "The statistics file; in Amend's home by default." };
    private readonly Option<long> _maxTokens = new("--max-tokens") { Description = "Most tokens.", DefaultValueFactory = _ => new SecondMomentOptions().MaxTokens };
    private readonly Option<int> _sequence = new("--sequence-length") { Description = "Tokens a passage is cut to.", DefaultValueFactory = _ => new SecondMomentOptions().SequenceLength };
    private readonly Option<int> _batch = new("--batch-tokens") { Description = "Tokens a pass.", DefaultValueFactory = _ => new SecondMomentOptions().BatchTokens };

    /// <inheritdoc/>
    public Command Build()
    {
        var command = new Command("stats", "Collect the statistics of a layer's keys from a text; a stopped collection goes on where it was.")
        {
            _model, _layer, _text, _out, _maxTokens, _sequence, _batch,
        };
        command.SetAction((parsed, stop) => Task.FromResult(Run(parsed, stop)));
        return command;
    }

    private int Run(ParseResult parsed, CancellationToken stop)
    {
        var text = parsed.GetValue(_text)!;
        if (!text.Exists)
            throw new AmendException($"The text file '{text.FullName}' does not exist; give a text with one passage a line.");
        using var model = LanguageModel.Load(ModelArgument.Locator.Find(parsed.GetValue(_model)!), GlobalOptions.LoadOptions(parsed));
        var layer = parsed.GetValue(_layer);
        var path = parsed.GetValue(_out)?.FullName ?? new SecondMomentLibrary(AmendHome.Default).PathFor(model, layer);
        var options = new SecondMomentOptions
        {
            MaxTokens = parsed.GetValue(_maxTokens),
            SequenceLength = parsed.GetValue(_sequence),
            BatchTokens = parsed.GetValue(_batch),
        };
        var tokens = new SecondMomentCollector(model, layer, options)
            .Collect(File.ReadLines(text.FullName), path, new SynchronousProgress<long>(n => Messages.Progress($"{n} tokens")), stop);
        if (parsed.GetValue(GlobalOptions.Json))
            Json.Print(new { Model = model.Name, Layer = layer, Tokens = tokens, Path = path, Stopped = stop.IsCancellationRequested });
        else
            Terminal.Line($"{tokens} tokens at layer {layer} of {model.Name}, in {path}");
        return stop.IsCancellationRequested ? ExitCode.Cancelled : ExitCode.Done;
    }
}
