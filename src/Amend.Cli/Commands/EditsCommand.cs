using System.CommandLine;
using Amend.Cli.CommandLine;
using Amend.Cli.Rendering;
using Amend.Editing.Sessions;

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
            var name = parsed.GetValue(_model)!;
            var list = new EditList(name, EditSummary.ReadAll(ModelArgument.OpenStore(parsed, name)));
            if (parsed.GetValue(GlobalOptions.Json))
                Json.Print(list);
            else
                Print(list.Edits);
            return ExitCode.Done;
        });
        return command;
    }

    private static void Print(IReadOnlyList<EditSummary> edits)
    {
        if (edits.Count == 0)
        {
            Terminal.Line("The model has no edits.");
            return;
        }

        var supersedes = edits.Any(edit => edit.Supersedes.Count > 0);
        string[] columns = ["id", "state", "prompt", "new target", "before, %", "after, %", "made"];
        var table = Terminal.Table([.. columns, .. supersedes ? (string[])["supersedes"] : []]).Numbers(4, 5).Whole(0, 3, 6);
        foreach (var edit in edits)
        {
            table.Row([
                edit.Id,
                (edit.State == EditState.Applied ? "applied" : "reverted") + (edit.Problem is null ? "" : ", broken"),
                edit.TogetherWith > 0 ? $"{edit.Prompt} (and {edit.TogetherWith} more)" : edit.Prompt ?? "",
                edit.TargetNew ?? "",
                edit.ProbabilityBefore is { } before ? Terminal.Share(before) : "",
                edit.ProbabilityAfter is { } after ? Terminal.Share(after) : "",
                edit.Time.ToString("yyyy-MM-dd"),
                .. supersedes ? (string[])[string.Join(", ", edit.Supersedes)] : []]);
        }

        Terminal.Write(table);
        foreach (var edit in edits.Where(edit => edit.Problem is not null))
            Terminal.Line($"{edit.Id}: {edit.Problem}");
    }
}
