using System.CommandLine;
using Amend.Cli.CommandLine;
using Amend.Cli.Rendering;
using Amend.Editing.Sessions;

namespace Amend.Cli.Commands;

/// <summary><c>amend revert</c>: takes edits back.</summary>
internal sealed class RevertCommand : ICliCommand
{
    private readonly Argument<string> _model = ModelArgument.Create();
    private readonly Argument<string?> _id = new("ID")
    {
        Description = "The edit's id, or its first digits; amend edits lists them.",
        Arity = ArgumentArity.ZeroOrOne,
    };

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
        var store = ModelArgument.OpenStore(parsed, parsed.GetValue(_model)!);
        var outcome = all ? RevertOutcome.RevertAll(store) : RevertOutcome.Revert(store, store.Find(id!));
        return Done.Print(InShort(outcome).TrimEnd('.'), () =>
        {
            if (parsed.GetValue(GlobalOptions.Json))
                Json.Print(outcome);
            else
                Terminal.Line(InShort(outcome));
        });
    }

    private static string InShort(RevertOutcome outcome) => outcome.Reverted.Count == 0
        ? "The model has no edits applied."
        : $"Taken back: {string.Join(", ", outcome.Reverted)}; the model has {Terminal.Count(outcome.Applied.Count, "edit")} applied now.";
}
