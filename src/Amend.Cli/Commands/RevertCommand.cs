using System.CommandLine;
using Amend.Cli.Rendering;
using Amend.Tensors;

namespace Amend.Cli.Commands;

/// <summary><c>amend revert</c>: takes edits back.</summary>
internal sealed class RevertCommand : ICliCommand
{
    private readonly Argument<string> _model = ModelArgument.Create();
    private readonly Argument<string?> _id = new("ID") { Description = "The edit's id, or its first digits.", Arity = ArgumentArity.ZeroOrOne };
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
            throw new AmendException("Either an edit's ID or --all is needed, and not both; amend edits lists the ids.");
        using var opened = ModelArgument.Open(parsed, parsed.GetValue(_model)!, at: "base");
        IReadOnlyList<string> ids = all ? [.. opened.Store.Applied.Reverse()] : [opened.Store.Find(id!)];
        if (ids.Count > 0)
            opened.Store.Revert(ids);
        var remaining = opened.Store.Applied;
        if (parsed.GetValue(GlobalOptions.Json))
            Json.Print(new { Reverted = ids, Applied = remaining });
        else
            Terminal.Line(ids.Count == 0 ? "The model has no edits." : $"Taken back: {string.Join(", ", ids)}. {remaining.Count} edits remain applied.");
        return ExitCode.Done;
    }
}
