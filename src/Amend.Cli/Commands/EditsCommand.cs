using System.CommandLine;
using Amend.Cli.Rendering;
using Amend.Editing.Stores;
using Amend.Tensors;

namespace Amend.Cli.Commands;

/// <summary><c>amend edits</c>: the edits of a model.</summary>
internal sealed class EditsCommand : ICliCommand
{
    private readonly Argument<string> _model = ModelArgument.Create();

    /// <inheritdoc/>
    public Command Build()
    {
        var command = new Command("edits", "The edits of a model, oldest first.") { _model };
        command.SetAction(parsed =>
        {
            using var opened = ModelArgument.Open(parsed, parsed.GetValue(_model)!, at: "base");
            var applied = opened.Store.Applied;
            var rows = opened.Store.History.Select(entry => entry.Id).Distinct()
                .Select(id => Describe(opened.Store, id, applied.Contains(id))).ToList();
            if (parsed.GetValue(GlobalOptions.Json))
                Json.Print(rows);
            else
                Print(rows);
            return ExitCode.Done;
        });
        return command;
    }

    private static EditRow Describe(EditStore store, string id, bool applied)
    {
        try
        {
            using var edit = store.Load(id);
            var (record, request) = (edit.Record, edit.Record.Request);
            return new EditRow(id, applied ? "applied" : "reverted", request.FilledPrompt, request.TargetNew, record.TogetherWith.Count, MadeWith.Describe(record.Editor, record.Layers), record.ProbabilityBefore, record.ProbabilityAfter, record.Time, record.Supersedes ?? [], null);
        }
        catch (AmendException e)
        {
            return new EditRow(id, applied ? "applied, broken" : "reverted, broken", null, null, 0, null, null, null, null, [], e.Message);
        }
    }

    private static void Print(List<EditRow> rows)
    {
        if (rows.Count == 0)
        {
            Terminal.Line("The model has no edits.");
            return;
        }

        var supersedes = rows.Exists(row => row.Supersedes.Count > 0);
        var table = Terminal.Table(["id", "state", "prompt", "new target", "before, %", "after, %", "made", .. supersedes ? (string[])["supersedes"] : []]).Numbers(4, 5).Whole(0, 3, 6);
        foreach (var row in rows)
        {
            table.Row([
                row.Id, row.State, row.TogetherWith > 0 ? $"{row.Prompt} (and {row.TogetherWith} more)" : row.Prompt ?? "", row.TargetNew ?? "",
                row.ProbabilityBefore is { } before ? Terminal.Share(before) : "",
                row.ProbabilityAfter is { } after ? Terminal.Share(after) : "",
                row.Time?.ToString("yyyy-MM-dd") ?? "",
                .. supersedes ? (string[])[string.Join(", ", row.Supersedes)] : []]);
        }

        Terminal.Write(table);
        foreach (var row in rows.Where(row => row.Problem is not null))
            Terminal.Line($"{row.Id}: {row.Problem}");
    }

    private sealed record EditRow(
        string Id, string State, string? Prompt, string? TargetNew, int TogetherWith, string? Editor, double? ProbabilityBefore, double? ProbabilityAfter, DateTimeOffset? Time, IReadOnlyList<string> Supersedes, string? Problem);
}
