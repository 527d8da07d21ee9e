using System.CommandLine;
using System.Globalization;
using Amend.Cli.Rendering;
using Amend.Editing;
using Amend.Tensors.LinearAlgebra;

namespace Amend.Cli.Commands;

/// <summary><c>amend show</c>: everything about one edit.</summary>
internal sealed class ShowCommand : ICliCommand
{
    private readonly Argument<string> _model = ModelArgument.Create();
    private readonly Argument<string> _id = new("ID") { Description = "The edit's id, or its first digits; amend edits lists them." };

    /// <inheritdoc/>
    public Command Build()
    {
        var command = new Command("show", "Everything about one edit.") { _model, _id };
        command.SetAction(parsed =>
        {
            using var opened = ModelArgument.Open(parsed, parsed.GetValue(_model)!, at: "base");
            var id = opened.Store.Find(parsed.GetValue(_id)!);
            using var edit = opened.Store.Load(id);
            var state = opened.Store.Applied.Contains(id) ? "applied" : "reverted";
            if (parsed.GetValue(GlobalOptions.Json))
                Json.Print(new { edit.Id, State = state, Path = opened.Store.PathOf(id), Weights = Weights(edit), edit.Record });
            else
                Print(edit, state, opened.Store.PathOf(id));
            return ExitCode.Done;
        });
        return command;
    }

    private static IEnumerable<object> Weights(Edit edit) =>
        edit.Deltas.Select(d => new { Name = d.Key, (d.Value as LowRankDelta)?.Rank, Norm = d.Value.FrobeniusNorm() });

    private static void Print(Edit edit, string state, string path)
    {
        var (record, request) = (edit.Record, edit.Record.Request);
        var grid = Terminal.List();
        grid.Row("edit", $"{edit.Id}, {state}, made {record.Time:yyyy-MM-dd HH:mm} UTC by amend {record.Version}");
        grid.Row("file", path);
        grid.Row("model", $"{record.Model} ({record.ModelType}), weights {record.BaseWeightsHash[..12]}, {Terminal.Count(record.AppliedBefore.Count, "edit")} before this one");
        grid.Row("request", string.Join('\n', record.TogetherWith.Prepend(request).Select(Describe)));
        grid.Row("probability", $"{Terminal.Percent(record.ProbabilityBefore)} before, {Terminal.Percent(record.ProbabilityAfter)} after");
        grid.Row("editor", $"{MadeWith.Describe(record.Editor, record.Layers)}, seed {record.Seed}, {record.Seconds:F1} s, {(record.Converged ? "converged" : "NOT converged")}");
        if (record.Statistics.Count > 0)
            grid.Row("statistics", StatisticsView.Describe(record.Statistics));
        if (record.Supersedes is { } superseded)
            grid.Row("supersedes", string.Join(", ", superseded));
        if (record.Denominator is { } denominator)
            grid.Row("denominator", denominator.ToString("F3", CultureInfo.InvariantCulture));
        if (record.Guard is { } guard)
            grid.Row("guard", GuardView.Lines(guard));
        foreach (var (name, delta) in edit.Deltas)
            grid.Row("weight", $"{name}: {(delta is LowRankDelta factors ? $"rank {factors.Rank}" : "dense")}, norm {delta.FrobeniusNorm():F3}");
        grid.Row("settings", string.Join('\n', record.Settings.Select(s => $"{s.Key} = {s.Value?.ToJsonString() ?? "null"}")));
        grid.Row("templates", string.Join('\n', record.ContextTemplates.Select(t => t.ReplaceLineEndings("\\n"))));
        grid.Row("losses", record.Losses.Count == 0 ? "none: the method does not optimise" : string.Join('\n', record.Losses.Select(Describe)));
        Terminal.Write(grid);
    }

    private static string Describe(EditRequest request) =>
        $"\"{request.Prompt}\" with {{}} = \"{request.Subject}\": {request.TargetTrue ?? "?"} to {request.TargetNew}";

    private static string Describe(LossStep loss) =>
        $"step {loss.Step}: {loss.Total:F3} = {loss.Nll:F3} nll + {loss.Kl:F3} kl + {loss.WeightDecay:F3} weight decay";
}
