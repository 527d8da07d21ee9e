using System.CommandLine;
using Amend.Cli.CommandLine;
using Amend.Cli.Rendering;
using Amend.Editing.Editors;

namespace Amend.Cli.Commands;

/// <summary><c>amend editors</c>: the methods by their classes, what each writes and needs, and all about one of them.</summary>
internal sealed class EditorsCommand : ICliCommand
{
    private readonly Argument<string?> _name = new("NAME")
    {
        Description = "Show all about this editor, with its settings.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> _model = new("--model")
    {
        Description = "Show the settings for this model: its presets where there are any.",
        HelpName = "MODEL",
    };

    /// <inheritdoc/>
    public Command Build()
    {
        var command = new Command("editors", "The editors by their classes, what each writes and needs, and its settings.")
        {
            _name, _model,
        };
        command.SetAction(Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        GlobalOptions.LoadOptions(parsed);
        var name = parsed.GetValue(_name);
        if (name is not null)
            _ = UsageException.In(() => BuiltInEditors.Find(name));
        using var model = parsed.GetValue(_model) is { } asked ? ModelArgument.Load(parsed, asked) : null;
        var list = name is null ? EditorList.Describe(model) : EditorList.Describe(name, model);
        if (parsed.GetValue(GlobalOptions.Json))
            Json.Print(list);
        else if (name is null)
            EditorsView.Print(list, model?.Name);
        else
            EditorsView.Print(list.Editors[0], model?.Name);
        return ExitCode.Done;
    }
}
