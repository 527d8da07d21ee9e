using System.Globalization;
using System.Text.Json.Nodes;
using Amend.Editing;
using Amend.Editing.Editors;
using Amend.Tensors;

namespace Amend.Evaluation.Runs;

/// <summary>One editor of a run, with its settings: a row of the report.</summary>
/// <param name="Name">What the report calls it, unique in the run, such as <c>rome</c> or <c>rome:key_policy=bare</c>.</param>
/// <param name="Editor">The editor's name; <c>none</c> for the unedited model.</param>
/// <param name="Settings">Settings that were put over the editor's preset for the model.</param>
/// <param name="Layer">The layer that was asked for; the preset's where null.</param>
public sealed record RunRow(string Name, string Editor, JsonObject Settings, int? Layer)
{
    /// <summary>The name of the row of the unedited model.</summary>
    public const string Unedited = "none";

    private const string LayerSetting = "layer";

    /// <summary>Whether the row is the unedited model.</summary>
    public bool IsUnedited => Editor == Unedited;

    /// <summary>The row of a text, <c>EDITOR</c> or <c>EDITOR:NAME=VALUE;NAME=VALUE</c>; the name <c>layer</c> is the row's layer.</summary>
    /// <param name="text">The text.</param>
    /// <param name="context">Layer and settings of all rows; the text's own settings go over them.</param>
    /// <exception cref="AmendException">The editor is unknown, or a setting is not written so.</exception>
    public static RunRow Parse(string text, EditContext context)
    {
        var parts = text.Split(':', 2);
        var row = new RunRow(text, parts[0], [], parts[0] == Unedited ? null : context.Layer);
        if (row.IsUnedited)
            return parts.Length == 1 ? row : throw new AmendException($"Settings of '{Unedited}' were asked ('{text}'), and the unedited model has none; write {Unedited}.");
        _ = BuiltInEditors.Find(row.Editor);
        foreach (var (name, value) in context.Settings)
            row.Settings[name] = value;
        foreach (var setting in parts.Length == 1 ? [] : parts[1].Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (setting.Split('=', 2) is not [{ Length: > 0 } name, var value])
                throw new AmendException($"'{setting}' of '{text}' is no setting; write EDITOR:NAME=VALUE;NAME=VALUE, such as rome:key_policy=bare.");
            if (name != LayerSetting)
                row.Settings[name] = value;
            else if (int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var layer))
                row = row with { Layer = layer };
            else
                throw new AmendException($"The layer of '{text}' is '{value}'; give a number from 0.");
        }

        return row;
    }

    /// <summary>What the editor is given: a data set's cases are edited whatever the model answers, in turn where the editor makes one edit at a time.</summary>
    /// <param name="context">Seed and statistics of the run.</param>
    internal EditContext ContextOf(EditContext context) =>
        context with
        {
            Layer = Layer,
            Settings = Settings.ToDictionary(setting => setting.Key, setting => (string)setting.Value!),
            InTurn = true,
            EvenIfAnswered = true,
        };
}
