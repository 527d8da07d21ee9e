using System.CommandLine;
using System.Text.Json.Nodes;
using Amend.Cli.CommandLine;
using Amend.Cli.Rendering;
using Amend.Editing.Editors;
using Amend.Models;
using Amend.Models.Families;

namespace Amend.Cli.Commands;

/// <summary><c>amend editors</c>: the methods, what each can do, and its settings.</summary>
internal sealed class EditorsCommand : ICliCommand
{
    private readonly Option<string?> _model = new("--model")
    {
        Description = "Show the settings for this model: its presets where there are any.",
        HelpName = "MODEL",
    };

    /// <inheritdoc/>
    public Command Build()
    {
        var command = new Command("editors", "The editors, what each can do, where it comes from, and its settings.") { _model };
        command.SetAction(Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        GlobalOptions.LoadOptions(parsed);
        using var model = parsed.GetValue(_model) is { } name ? ModelArgument.Load(parsed, name) : null;
        var list = EditorList.Describe(model);
        if (parsed.GetValue(GlobalOptions.Json))
            Json.Print(list);
        else
            Print(list.Editors, model);
        return ExitCode.Done;
    }

    private static void Print(IReadOnlyList<EditorSummary> rows, LanguageModel? model)
    {
        var table = Terminal.Table("editor", "method", "models", "subject", "single", "batch", "sequence", "paper", "code");
        foreach (var (name, info, _) in rows)
        {
            table.Row(
                name, info.Title, string.Join(", ", info.Kinds.Names()), info.NeedsSubject ? "needed" : "not needed", YesNo(info.Single),
                info.Batch ? "as one edit" : "in turn", YesNo(info.Sequence), info.Paper, info.Repository ?? "-");
        }

        Terminal.Write(table);
        Terminal.Heading(model is null ? "Settings, where a model has no preset" : $"Settings for {model.Name}");
        foreach (var row in rows)
            Terminal.Line($"{row.Name}: {string.Join(", ", row.Settings.Select(setting => $"{setting.Key}={Text(setting.Value)}"))}");
    }

    private static string Text(JsonNode? value) =>
        value is JsonValue text && text.TryGetValue<string>(out var plain) ? plain : value?.ToJsonString() ?? "null";

    private static string YesNo(bool can) => can ? "yes" : "no";
}
