using System.CommandLine;
using Amend.Cli.CommandLine;
using Amend.Cli.Rendering;
using Amend.Editing.Comparison;
using Amend.Editing.Sessions;
using Amend.Editing.Stores;
using Amend.Models.Families;
using Amend.Reports.Comparison;
using Amend.Tensors;

namespace Amend.Cli.Commands;

/// <summary><c>amend diff</c>: in what two states of a model differ, or two edits.</summary>
internal sealed class DiffCommand : ICliCommand
{
    private readonly Argument<string> _model = ModelArgument.Create();

    private readonly Argument<string> _a = new("A")
    {
        Description = "A state: base, without edits; head, as it is now; @ID, right after that edit; or ID, with that edit alone "
            + "(ID,ID with several).",
    };

    private readonly Argument<string> _b = new("B") { Description = "Another state, named in the same ways." };

    private readonly Option<string?> _prompts = new("--prompts")
    {
        Description = "Prompts to ask in both, a line each; by default those of the edits that one of the states has not.",
        HelpName = "FILE",
    };

    private readonly FixedTextOption _text = new(
        "The text on which next tokens are compared, an embedded one by default; of models that are no decoders a text a line, by default "
        + "the prompts.");

    private readonly PageOption _page = new("A page with all of it, light and dark.");

    /// <inheritdoc/>
    public Command Build()
    {
        var command = new Command("diff", "Compare two states of a model, or two edits: answers, next tokens, and each matrix.")
        {
            _model, _a, _b, _prompts,
        };
        _text.AddTo(command);
        _page.AddTo(command);
        // On another thread: Ctrl-C is listened to only once the action has returned its task.
        command.SetAction((parsed, stop) => Task.Run(() => Run(parsed, stop), CancellationToken.None));
        return command;
    }

    private int Run(ParseResult parsed, CancellationToken stop)
    {
        _page.Check(parsed);
        var prompts = parsed.GetValue(_prompts) is { } file ? PromptsOf(file) : null;
        var text = _text.Read(parsed);
        using var session = ModelArgument.Open(parsed, parsed.GetValue(_model)!, new SessionOptions { At = EditChoice.Base });
        var options = new DiffOptions
        {
            Prompts = prompts,
            Text = _text.Given(parsed) is null && session.Model.Transformer is not CausalDecoder ? null : text,
        };
        var comparison = new StateComparison(session, parsed.GetValue(_a)!, parsed.GetValue(_b)!);
        var diff = comparison.Run(options, new EditingLines(TimeProvider.System), stop);
        _page.Write(parsed, () => DiffPage.Of(diff));
        if (parsed.GetValue(GlobalOptions.Json))
            Json.Print(diff);
        else
            DiffView.Print(diff);
        return ExitCode.Done;
    }

    private static string[] PromptsOf(string file)
    {
        var lines = ExistingFile.Text(file).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return lines.Length > 0 ? lines : throw new AmendException($"'{file}' has no prompt; write one a line.");
    }
}
