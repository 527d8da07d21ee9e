using System.CommandLine;
using Amend.Cli.Rendering;

namespace Amend.Cli.Commands;

/// <summary><c>amend revert</c>: takes edits back.</summary>
internal sealed class RevertCommand : ICliCommand
{
    private readonly Argument<string> _model = ModelArgument.Create();
    private readonly Argument<string?> _id = new("ID") { Description = "The edit's id, or its first digits; amend edits lists them.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<bool> _all = new("--all") { Description = "Take all edits back." };

    /// <inheritdoc/>
    public Command Build()
    {
        var command = new Command("revert", "Take an edit back, or all of them, in any order.") { _model, _id, _all };
        command.SetAction(Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        var (id, all) = (parsed.GetValue(_id), parsed.GetValue(_all));
        if (id is null != all)
            throw new UsageException("amend revert needs either an edit's ID or --all, and not both; amend edits lists the ids.");
        using var opened = ModelArgument.Open(parsed, parsed.GetValue(_model)!, at: "base");
        IReadOnlyList<string> ids = all ? [.. opened.Store.Applied.Reverse()] : [opened.Store.Find(id!)];
        if (ids.Count > 0)
            opened.Store.Revert(ids);
        var remaining = opened.Store.Applied;
        if (parsed.GetValue(GlobalOptions.Json))
            Json.Print(new { Reverted = ids, Applied = remaining });
        else
            Print(ids, remaining.Count);
        return ExitCode.Done;
    }

    private static void Print(IReadOnlyList<string> ids, int remaining) => Terminal.Line(ids.Count == 0
        ? "The model has no edits applied."
        : $"Taken back: {string.Join(", ", ids)}; the model has {Terminal.Count(remaining, "edit")} applied now.");
}
