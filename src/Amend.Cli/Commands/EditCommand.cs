using System.CommandLine;
using Amend.Cli.CommandLine;
using Amend.Cli.Rendering;
using Amend.Editing.Editors;
using Amend.Editing.Sessions;

namespace Amend.Cli.Commands;

/// <summary><c>amend edit</c>: changes facts, keeps the edits, and shows what they did.</summary>
internal sealed class EditCommand : ICliCommand
{
    private readonly Argument<string> _model = ModelArgument.Create();
    private readonly Option<string> _editor = new("--editor")
    {
        Description = $"The method: {string.Join(", ", BuiltInEditors.All.Select(e => e.Name))}.",
        HelpName = "NAME",
        DefaultValueFactory = _ => "rome",
    };

    private readonly Option<bool> _inTurn = new("--in-turn")
    {
        Description = "With an editor that makes one edit at a time: make those of --requests one after the other, "
            + "and keep each as it is made (with --guard all at the end).",
    };

    private readonly Option<bool> _replace = new("--replace")
    {
        Description = "Take back the applied edits of the same subject and prompt first; they stay as they are where the new one fails.",
    };

    private readonly Option<bool> _anyway = new("--anyway") { Description = "Edit also where the model gives the target already." };
    private readonly EditRequests _requests = new();
    private readonly EditGuard _guard = new();
    private readonly EditorOptions _given = new();
    private readonly ChatOptions _chat = new("Ask the edited prompt through the model's own chat template, too, before and after.");

    /// <inheritdoc/>
    public Command Build()
    {
        var command = new Command("edit", "Change a fact in a model, or many; the edit is kept and can be taken back.") { _model };
        _requests.AddTo(command);
        foreach (var option in (Option[])[_editor, _inTurn, _replace, _anyway])
            command.Options.Add(option);
        _guard.AddTo(command);
        _given.AddTo(command);
        _chat.AddTo(command);
        // On another thread: Ctrl-C is listened to only once the action has returned its task.
        command.SetAction((parsed, stop) => Task.Run(() => Run(parsed, stop), CancellationToken.None));
        return command;
    }

    private int Run(ParseResult parsed, CancellationToken stop)
    {
        var editor = UsageException.In(() => BuiltInEditors.Find(parsed.GetValue(_editor)!));
        var context = _given.Read(parsed, mayChoose: true) with
        {
            Stop = stop,
            Progress = new EditingLines(TimeProvider.System),
        };
        var (guard, name, isMany) = (_guard.Read(parsed), parsed.GetValue(_model)!, _requests.AreOfDataSet(parsed));
        var requests = _requests.Read(parsed);
        _chat.Check(parsed, mayAsk: !isMany);
        using var session = ModelArgument.Open(parsed, name, guard);
        session.Model.Require(editor.Name, editor.Info.Kinds);
        var order = new EditOrder(editor, requests)
        {
            Context = _given.Choose(parsed, context, session.Model, name),
            Policy = new EditPolicy(parsed.GetValue(_replace), parsed.GetValue(_anyway), parsed.GetValue(_inTurn)),
            InFull = !isMany,
            Chat = _chat.Open(parsed, session.Model),
        };
        var made = new EditLines();
        var outcome = made.Follow(() => session.Edit(order, made));
        return Done.Print(EditView.InShort(outcome.Edits), () => Print(parsed, name, outcome));
    }

    private void Print(ParseResult parsed, string name, EditOutcome outcome)
    {
        if (_given.StatisticsOf(parsed) is not null && outcome.Edits.All(edit => edit.Record.Statistics.Count == 0))
            Messages.Progress($"{outcome.Edits[0].Record.Editor} uses no statistics, so --stats changed nothing");
        if (outcome.Superseded.Count > 0)
            Messages.Progress(EditView.Superseded(outcome.Superseded));
        if (parsed.GetValue(GlobalOptions.Json))
            Json.Print(outcome);
        else
            EditView.Print(name, outcome);
    }
}
