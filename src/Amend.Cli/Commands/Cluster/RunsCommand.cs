using System.CommandLine;
using Amend.Cli.CommandLine;
using Amend.Cli.Documents;
using Amend.Cli.Rendering;
using Amend.Cluster.Board;
using Amend.Cluster.Database;

namespace Amend.Cli.Commands.Cluster;

/// <summary><c>amend runs</c>: the runs of a cluster.</summary>
internal sealed class RunsCommand : ICliCommand
{
    private readonly ClusterOption _cluster = new();
    private readonly Argument<long> _number = new("RUN") { Description = "The run's number; amend runs lists them." };

    /// <inheritdoc/>
    public Command Build()
    {
        var show = new Command("show", "How far a run is, what each worker did, and what failed.") { _number };
        var cancel = new Command("cancel", "Begin nothing more of a run; its results stay.") { _number };
        var remove = new Command("remove", "Remove a run that has ended, with its results.") { _number };
        var command = new Command("runs", "The runs of a cluster, the latest first.") { show, cancel, remove };
        foreach (var verb in (Command[])[command, show, cancel, remove])
            _cluster.AddTo(verb);
        command.SetAction(parsed => On(parsed, List));
        show.SetAction(parsed => On(parsed, Show));
        cancel.SetAction(parsed => On(parsed, (_, board) => Print(parsed, board.Cancel(parsed.GetValue(_number)), "")));
        remove.SetAction(parsed => On(parsed, (_, board) => Print(parsed, board.Remove(parsed.GetValue(_number)), "removed ")));
        return command;
    }

    private int On(ParseResult parsed, Func<ParseResult, RunBoard, int> action)
    {
        using var database = ClusterDatabase.Open(_cluster.Read(parsed));
        return action(parsed, new RunBoard(database));
    }

    private int List(ParseResult parsed, RunBoard board)
    {
        var document = new RunsDocument(board.List());
        if (parsed.GetValue(GlobalOptions.Json))
        {
            Json.Print(document);
        }
        else if (document.Runs.Count == 0)
        {
            Terminal.Line("There are no runs.");
        }
        else
        {
            var table = Terminal.Table("run", "suite", "model", "state", "done", "left", "aside", "submitted").Numbers(0, 4, 5, 6);
            foreach (var run in document.Runs)
            {
                table.Row($"{run.Number}", run.Suite, run.Model, run.State, $"{run.Units.Done}", $"{run.Units.Waiting + run.Units.Leased}",
                    $"{run.Units.Aside}", run.Submitted.ToString("yyyy-MM-dd HH:mm"));
            }

            Terminal.Write(table);
        }

        return ExitCode.Done;
    }

    private int Show(ParseResult parsed, RunBoard board)
    {
        var number = parsed.GetValue(_number);
        var document = new RunDocument(board.Find(number), board.Workers(number), board.Aside(number), board.Troubles(number));
        if (parsed.GetValue(GlobalOptions.Json))
        {
            Json.Print(document);
            return ExitCode.Done;
        }

        PrintState(document.Run);
        if (document.Workers.Count > 0)
        {
            var table = Terminal.Table("worker", "units done", "at work", "last heard of").Numbers(1, 2);
            foreach (var worker in document.Workers)
                table.Row(worker.Name, $"{worker.Units}", $"{worker.Leased}", worker.Last.ToString("yyyy-MM-dd HH:mm:ss"));
            Terminal.Write(table);
        }

        foreach (var trouble in document.Troubles)
            Terminal.Line($"not begun by {trouble}");
        foreach (var aside in document.Aside)
            Terminal.Line($"set aside, {(aside.Row.Length > 0 ? aside.Row : aside.Unit)}: {aside.Error}");
        return ExitCode.Done;
    }

    private static int Print(ParseResult parsed, ClusterRun run, string what)
    {
        if (parsed.GetValue(GlobalOptions.Json))
            Json.Print(new RunDocument(run, [], [], []));
        else
            PrintState(run, what);
        return ExitCode.Done;
    }

    private static void PrintState(ClusterRun run, string what = "") => Terminal.Line(
        $"{what}run {run.Number}, {run.Suite} on {run.Model}: {run.State}; {run.Units.Done} of {run.Units.All} units done, "
        + $"{run.Units.Leased} at work, {run.Units.Aside} set aside");
}
