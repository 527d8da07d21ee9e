using System.CommandLine;
using Amend.Atlas.Facts;
using Amend.Cli.Rendering;
using Amend.Editing;
using Amend.Editing.Editors;
using Amend.Editing.Stores;
using Amend.Evaluation.Checks;

namespace Amend.Cli.Commands;

/// <summary><c>amend edit</c>: changes a fact, keeps the edit, and shows what it did.</summary>
internal sealed class EditCommand : ICliCommand
{
    private readonly Argument<string> _model = ModelArgument.Create();
    private readonly Option<string> _prompt = new("--prompt") { Description = "The fact as text that its object follows, with {} for the subject, such as \"{} is in\".", HelpName = "TEXT", Required = true };
    private readonly Option<string> _subject = new("--subject") { Description = "The subject.", HelpName = "TEXT", Required = true };
    private readonly Option<string> _targetNew = new("--target-new") { Description = "The object that the model should give.", HelpName = "TEXT", Required = true };
    private readonly Option<string?> _targetTrue = new("--target-true") { Description = "The object that it gives now; kn needs it, and the record keeps it.", HelpName = "TEXT" };
    private readonly Option<string> _editor = new("--editor") { Description = $"The method: {string.Join(", ", BuiltInEditors.All.Select(e => e.Name))}.", HelpName = "NAME", DefaultValueFactory = _ => "rome" };
    private readonly Option<bool> _replace = new("--replace") { Description = "Take back the applied edits of the same subject and prompt first; they stay as they are where the new one fails." };
    private readonly Option<bool> _anyway = new("--anyway") { Description = "Edit also where the model gives the target already." };
    private readonly EditGuard _guard = new();
    private readonly EditorOptions _given = new();
    private readonly Option<string[]> _paraphrase = new("--paraphrase") { Description = "A prompt that should follow; may be repeated.", HelpName = "TEXT" };
    private readonly ChatOptions _chat = new("Ask the edited prompt through the model's own chat template, too, before and after.");
    private readonly Option<string[]> _neighbor = new("--neighbor") { Description = "A prompt that should keep its answer; may be repeated.", HelpName = "TEXT" };

    /// <inheritdoc/>
    public Command Build()
    {
        var command = new Command("edit", "Change a fact in a model; the edit is kept and can be taken back.")
        {
            _model, _prompt, _subject, _targetNew, _targetTrue, _paraphrase, _neighbor,
        };
        foreach (var option in (Option[])[_editor, _replace, _anyway])
            command.Options.Add(option);
        _guard.AddTo(command);
        _given.AddTo(command);
        _chat.AddTo(command);
        command.SetAction(Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        var editor = UsageException.In(() => BuiltInEditors.Find(parsed.GetValue(_editor)!));
        var (context, limits) = (_given.Read(parsed, mayChoose: true) with { EvenIfAnswered = parsed.GetValue(_anyway) }, _guard.Read(parsed));
        var (request, name) = (WorldKnowledge.Complete(AtlasWorld.LoadEmbedded(), Request(parsed)), parsed.GetValue(_model)!);
        _chat.Check(parsed);
        var (opened, governor) = _guard.Open(parsed, name, limits);
        using var closing = opened;
        // The store is tried before the work, so that a folder that cannot be written costs no time.
        opened.Store.CheckWritable();
        opened.Model.RequireDecoder(editor.Name);
        context = _given.Choose(parsed, context, opened.Model, name);
        var (superseded, replaces) = (SupersededEdits.Of(opened.Store, request), parsed.GetValue(_replace));
        if (replaces)
            superseded.RevertIn(opened.Model);
        var check = EditCheck.Before(opened.Model, request, _chat.Open(parsed, opened.Model));
        using var result = editor.Apply(opened.Model, [request], context);
        var measures = EditGuard.Judge(governor, result);
        var report = check.After();
        using var edit = result.Edits[0].With(result.Edits[0].Record with { Guard = measures, Supersedes = superseded.Ids.Count > 0 ? superseded.Ids : null });
        var path = opened.Store.Add(edit, replaces ? superseded.Ids : []);
        if (_given.NamesStatistics(parsed) && edit.Record.Statistics.Count == 0)
            Messages.Progress($"{editor.Name} uses no statistics, so --stats changed nothing");
        if (superseded.Ids.Count > 0)
            Messages.Progress($"This edit supersedes {superseded.Describe()}, {(replaces ? "which was taken back first" : "which stays applied below it (--replace would have taken it back first)")}.");
        if (parsed.GetValue(GlobalOptions.Json))
            Json.Print(new { edit.Id, Path = path, edit.Record, Check = report });
        else
            Print(edit, report, path, name);
        return ExitCode.Done;
    }

    private EditRequest Request(ParseResult parsed) =>
        EditRequest.From(parsed.GetValue(_prompt)!, parsed.GetValue(_subject)!, parsed.GetValue(_targetNew)!) with
        {
            TargetTrue = parsed.GetValue(_targetTrue),
            Paraphrases = parsed.GetValue(_paraphrase) ?? [],
            Neighbors = parsed.GetValue(_neighbor) ?? [],
        };

    private static void Print(Edit edit, EditCheckReport report, string path, string model)
    {
        Terminal.Line($"\"{report.Prompt.Prompt}\" was answered with {report.Prompt.AnswerBefore}, and is now with {report.Prompt.AnswerAfter}.");
        CheckView.Print(report, edit.Record.Request.TargetNew);
        var losses = edit.Record.Losses;
        Terminal.Heading("Edit");
        Terminal.Line($"{edit.Record.Editor} at layer {edit.Record.Layer}"
            + (losses.Count > 1 ? $", {losses.Count} steps, loss {losses[0].Total:F2} to {losses[^1].Total:F2}" : "")
            + (edit.Record.Converged ? "" : " (the threshold was not reached: the edit may be weak)") + $", {edit.Record.Seconds:F1} s");
        if (edit.Record.Statistics.Any(note => note.IsIdentity))
            Terminal.Line($"made with {StatisticsView.Describe(edit.Record.Statistics)}: no key of any text was protected");
        if (edit.Record.Guard is { } guard)
            Terminal.Line($"guard: {GuardView.Line(guard)}");
        Terminal.Line($"kept in {path}");
        Terminal.Line($"take it back with: amend revert {model} {edit.Id}");
    }
}
