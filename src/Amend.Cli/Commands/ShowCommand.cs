using System.CommandLine;
using System.Globalization;
using Amend.Cli.CommandLine;
using Amend.Cli.Rendering;
using Amend.Editing;
using Amend.Editing.Sessions;
using Amend.Tensors.Files;

namespace Amend.Cli.Commands;

/// <summary><c>amend show</c>: everything about one edit.</summary>
internal sealed class ShowCommand : ICliCommand
{
    private readonly Argument<string> _model = ModelArgument.Create();
    private readonly Argument<string> _id = new("ID") { Description = "The edit's id, or its first digits; amend edits lists them." };

    private readonly CodebookDrawing _drawing = new();

    /// <inheritdoc/>
    public Command Build()
    {
        var command = new Command("show", "Everything about one edit.") { _model, _id };
        _drawing.AddTo(command);
        command.SetAction(parsed =>
        {
            var edit = EditDetails.Read(ModelArgument.OpenStore(parsed, parsed.GetValue(_model)!), parsed.GetValue(_id)!);
            var drawn = _drawing.Draw(parsed, parsed.GetValue(_model)!, edit);
            if (parsed.GetValue(GlobalOptions.Json))
                Json.Print(edit);
            else
                Print(edit);
            if (drawn is not null)
                Messages.Progress(drawn);
            return ExitCode.Done;
        });
        return command;
    }

    private static void Print(EditDetails edit)
    {
        var record = edit.Record;
        var grid = Terminal.List();
        var state = edit.State == EditState.Applied ? "applied" : "reverted";
        grid.Row("edit", $"{edit.Id}, {state}, made {record.Time:yyyy-MM-dd HH:mm} UTC by amend {record.Version}");
        grid.Row("file", edit.Path);
        var below = Terminal.Count(record.AppliedBefore.Count, "edit");
        var weights = ContentHash.Short(record.BaseWeightsHash);
        grid.Row("model", $"{record.Model} ({record.ModelType}), weights {weights}, {below} before this one");
        if (record.Import is { } import)
            AddImport(grid, import);
        else
            AddAsked(grid, record);
        if (record.Supersedes is { } superseded)
            grid.Row("supersedes", string.Join(", ", superseded));
        if (record.Denominator is { } denominator)
            grid.Row("denominator", denominator.ToString("F3", CultureInfo.InvariantCulture));
        if (edit.Guard is { } guard)
            grid.Row("guard", GuardView.Lines(guard));
        AddEffects(grid, edit);
        if (record.Import is null)
            AddMethod(grid, record);
        Terminal.Write(grid);
    }

    private static void AddImport(TextTable grid, ImportNote import)
    {
        var tensors = ContentHash.Short(import.Hash);
        grid.Row("imported", $"{import.Name} ({import.Form}), tensors {tensors}, made for '{import.Base ?? "?"}'");
    }

    private static void AddAsked(TextTable grid, EditRecord record)
    {
        grid.Row("request", string.Join('\n', record.TogetherWith.Prepend(record.Request).Select(Describe)));
        grid.Row("probability", $"{Terminal.Percent(record.ProbabilityBefore)} before, {Terminal.Percent(record.ProbabilityAfter)} after");
        var converged = record.Converged ? "converged" : "NOT converged";
        grid.Row("editor", $"{MadeWith.Describe(record.Editor, record.Layers)}, seed {record.Seed}, {record.Seconds:F1} s, {converged}");
        if (record.Statistics.Count > 0)
            grid.Row("statistics", StatisticsView.Describe(record.Statistics));
        if (record.Network is { } network)
            grid.Row("network", $"{network.Id}, {network.Steps} steps on {network.Data}, tensors {ContentHash.Short(network.Hash)}");
    }

    private static void AddEffects(TextTable grid, EditDetails edit)
    {
        foreach (var weight in edit.Weights)
            grid.Row("weight", $"{weight.Name}: {(weight.Rank is { } rank ? $"rank {rank}" : "dense")}, norm {weight.Norm:F3}");
        foreach (var entry in edit.Entries)
        {
            grid.Row("entry", EntryView.Describe(entry));
            if (entry.Neighbors.Count > 0)
                grid.Row("neighbors", EntryView.Neighbors(entry));
        }

        if (edit.Demonstration is { } shown)
        {
            grid.Row("in front", $"\"{shown.Fact}\" where a prompt is about it");
            grid.Row("shows", string.Join('\n', shown.Shown.Select(text => $"\"{text}\"")));
        }

        foreach (var entry in edit.Subjects)
            grid.Row("entry", SubjectEntryView.Describe(entry));
    }

    private static void AddMethod(TextTable grid, EditRecord record)
    {
        grid.Row("settings", string.Join('\n', record.Settings.Select(s => $"{s.Key} = {s.Value?.ToJsonString() ?? "null"}")));
        grid.Row("templates", string.Join('\n', record.ContextTemplates.Select(t => t.ReplaceLineEndings("\\n"))));
        var losses = string.Join('\n', record.Losses.Select(Describe));
        grid.Row("losses", losses.Length == 0 ? "none: the method does not optimise" : losses);
    }

    private static string Describe(EditRequest request) =>
        $"\"{request.Prompt}\" with {{}} = \"{request.Subject}\": {request.TargetTrue ?? "?"} to {request.TargetNew}";

    private static string Describe(LossStep loss) =>
        $"step {loss.Step}: {loss.Total:F3} = {loss.Nll:F3} nll + {loss.Kl:F3} kl + {loss.WeightDecay:F3} weight decay";
}
