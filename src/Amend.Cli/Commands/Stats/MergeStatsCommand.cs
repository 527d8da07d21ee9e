using System.CommandLine;
using Amend.Cli.CommandLine;
using Amend.Cli.Rendering;
using Amend.Editing.Statistics;

namespace Amend.Cli.Commands.Stats;

/// <summary><c>amend stats merge</c>: adds statistics of different texts.</summary>
internal sealed class MergeStatsCommand : ICliCommand
{
    private readonly Argument<string[]> _files = new("FILE")
    {
        Description = "Statistics of one model and layer, each of another text.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<FileInfo> _out = new("--out") { Description = "The file to make.", HelpName = "FILE", Required = true };

    /// <inheritdoc/>
    public Command Build()
    {
        var command = new Command("merge", "Add statistics that were collected from different texts, as if in one run.") { _files, _out };
        command.SetAction(Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        GlobalOptions.LoadOptions(parsed);
        var (files, path) = (parsed.GetValue(_files)!, parsed.GetValue(_out)!.FullName);
        if (files.Length < 2)
            throw new UsageException($"amend stats merge was given '{string.Join(' ', files)}' alone; give at least two files.");
        SecondMomentMerge.Run(files, path);
        var found = SecondMomentSummary.Read(path, StatisticsView.QuickWidth);
        if (parsed.GetValue(GlobalOptions.Json))
            Json.Print(found);
        else
            StatisticsView.Print(found);
        return ExitCode.Done;
    }
}
