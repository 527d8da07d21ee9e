using System.CommandLine;
using Amend.Cli.Rendering;
using Amend.Editing;
using Amend.Editing.Editors;
using Amend.Editing.Governance;
using Amend.Editing.Stores;
using Amend.Editing.Checks;

namespace Amend.Cli.Commands;

/// <summary><c>amend edit</c>: changes facts, keeps the edits, and shows what they did.</summary>
internal sealed class EditCommand : ICliCommand
{
    private readonly Argument<string> _model = ModelArgument.Create();
    private readonly Option<string> _editor = new("--editor") { Description = $"The method: {string.Join(", ", BuiltInEditors.All.Select(e => e.Name))}.", HelpName = "NAME", DefaultValueFactory = _ => "rome" };
    private readonly Option<bool> _inTurn = new("--in-turn") { Description = "With an editor that makes one edit at a time: make those of --requests one after the other." };
    private readonly Option<bool> _replace = new("--replace") { Description = "Take back the applied edits of the same subject and prompt first; they stay as they are where the new one fails." };
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
            EvenIfAnswered = parsed.GetValue(_anyway),
            InTurn = parsed.GetValue(_inTurn),
            Stop = stop,
            Progress = new EditingLines(TimeProvider.System),
        };
        var (limits, name, isMany) = (_guard.Read(parsed), parsed.GetValue(_model)!, _requests.AreOfDataSet(parsed));
        var requests = _requests.Read(parsed);
        _chat.Check(parsed, mayAsk: !isMany);
        var (opened, governor) = _guard.Open(parsed, name, limits);
        using var closing = opened;
        // The store is tried before the work, so that a folder that cannot be written costs no time.
        opened.Store.CheckWritable();
        opened.Model.Require(editor.Name, editor.Info.Kinds);
        context = _given.Choose(parsed, context, opened.Model, name);
        var (superseded, replaces) = (SupersededEdits.Of(opened.Store, requests), parsed.GetValue(_replace));
        if (replaces)
            superseded.RevertIn(opened.Model);
        var (one, many) = isMany
            ? ((EditCheck?)null, RequestsCheck.Before(opened.Model, requests))
            : (EditCheck.Before(opened.Model, requests[0], _chat.Open(parsed, opened.Model)), null);
        using var result = editor.Apply(opened.Model, requests, context);
        var measures = EditGuard.Judge(governor, result);
        var (oneAfter, manyAfter) = (one?.After(), many?.After());
        var kept = Keep(opened.Store, result, measures, superseded, replaces);
        Notes(parsed, editor, result, superseded, replaces);
        EditView.Print(new EditOutcome(name, kept, oneAfter, manyAfter), parsed.GetValue(GlobalOptions.Json));
        return ExitCode.Done;
    }

    /// <summary>Stores the edits, in one step with what they replace.</summary>
    private static List<KeptEdit> Keep(EditStore store, EditResult result, GuardMeasures? measures, SupersededEdits superseded, bool replaces)
    {
        var edits = new List<Edit>();
        try
        {
            foreach (var made in result.Edits)
            {
                string[] below = [.. superseded.IdsFor(made.Record.Requests)];
                edits.Add(made.With(made.Record with { Guard = measures, Supersedes = below.Length > 0 ? below : null }));
            }

            var paths = store.Add(edits, replaces ? superseded.Ids : []);
            return [.. edits.Zip(paths, (edit, path) => new KeptEdit(edit.Id, path, edit.Record))];
        }
        finally
        {
            edits.ForEach(edit => edit.Dispose());
        }
    }

    private void Notes(ParseResult parsed, IEditor editor, EditResult result, SupersededEdits superseded, bool replaces)
    {
        if (_given.NamesStatistics(parsed) && result.Edits.All(edit => edit.Record.Statistics.Count == 0))
            Messages.Progress($"{editor.Name} uses no statistics, so --stats changed nothing");
        if (superseded.Ids.Count > 0)
            Messages.Progress(Superseded(superseded, replaces));
    }

    private static string Superseded(SupersededEdits edits, bool replaces) => edits.Ids.Count == 1
        ? $"This edit supersedes {edits.Describe()}, {(replaces ? "which was taken back first" : "which stays applied below it (--replace would have taken it back first)")}."
        : $"This edit supersedes {edits.Describe()}, {(replaces ? "which were taken back first" : "which stay applied below it (--replace would have taken them back first)")}.";
}
