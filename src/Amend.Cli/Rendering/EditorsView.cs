using System.Text.Json.Nodes;
using Amend.Editing;
using Amend.Editing.Editors;
using Amend.Models.Families;
using Amend.Models.Scoring;

namespace Amend.Cli.Rendering;

/// <summary>Editors for people: a table of all of them by their classes, or all about one.</summary>
internal static class EditorsView
{
    /// <summary>Writes the table; with the settings for a model, where one is given.</summary>
    public static void Print(EditorList list, string? model)
    {
        var table = Terminal.Table("editor", "method", "writes", "needs");
        foreach (var section in EditorClass.All.Cast<EditorClass?>().Append(null))
        {
            EditorSummary[] rows = [.. list.Editors.Where(editor => editor.Info.Class == section)];
            if (rows.Length > 0)
                table.Section(section is null ? "To compare with" : Capital($"{section}"));
            foreach (var (name, info, _) in rows)
                table.Row(name, info.Title, info.Writes.Length > 0 ? info.Writes : "nothing", Needs(info));
        }

        Terminal.Write(table);
        if (model is null)
        {
            Terminal.Line("amend editors NAME shows all about one of them, with its settings.");
            return;
        }

        Terminal.Heading($"Settings for {model}");
        foreach (var row in list.Editors)
            Terminal.Line($"{row.Name}: {string.Join(", ", row.Settings.Select(setting => $"{setting.Key}={Text(setting.Value)}"))}");
    }

    /// <summary>Writes all about an editor.</summary>
    public static void Print(EditorSummary editor, string? model)
    {
        var info = editor.Info;
        var facts = Terminal.List();
        facts.Row("editor", editor.Name);
        facts.Row("method", info.Title);
        facts.Row("class", info.Class is { } known ? $"{known}" : "none");
        facts.Row("writes", info.Writes.Length > 0 ? info.Writes : "nothing");
        facts.Row("needs", Needs(info));
        facts.Row("models", string.Join(", ", info.Kinds.Names()));
        facts.Row("several requests", info.Batch ? "as one edit" : "in turn");
        facts.Row("on edited models", info.Sequence ? "yes" : "no");
        facts.Row("paper", info.Paper);
        facts.Row("code", info.Repository ?? "-");
        Terminal.Write(facts);
        Terminal.Heading(model is null ? "Settings, where a model has no preset" : $"Settings for {model}");
        if (model is not null)
        {
            Terminal.Line(editor.Preset is { } preset
                ? $"preset of {preset.Model}: {preset.Source}"
                : "no preset: the settings of any model; where they name no layer, --layer auto takes the one that amend trace finds");
        }

        if (editor.Settings.Count == 0)
        {
            Terminal.Line("none");
            return;
        }

        var settings = Terminal.List();
        foreach (var (name, value) in editor.Settings)
            settings.Row(name, Text(value));
        Terminal.Write(settings);
    }

    /// <summary>
    /// A kind of model is named where it is the only one that the editor serves; editors that need a subject serve decoders, which says it.
    /// </summary>
    private static string Needs(EditorInfo info)
    {
        string[] needs =
        [
            .. info.NeedsSubject || (info.Kinds & TargetBatch.Kinds) == TargetBatch.Kinds ? [] : info.Kinds.Names(),
            .. info.NeedsSubject ? ["subject"] : Array.Empty<string>(),
            .. info.NeedsStatistics ? ["statistics"] : Array.Empty<string>(),
            .. info.NeedsNetwork ? ["trained network"] : Array.Empty<string>(),
        ];
        return needs.Length > 0 ? string.Join(", ", needs) : "nothing";
    }

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    private static string Text(JsonNode? value) =>
        value is JsonValue text && text.TryGetValue<string>(out var plain) ? plain : value?.ToJsonString() ?? "null";
}
