using System.Globalization;
using System.Text.Json.Nodes;
using Amend.Editing;
using Amend.Editing.Editors;
using Amend.Tensors;

namespace Amend.Evaluation.Runs;

/// <summary>One editor of a run, with its settings: a row of the report.</summary>
/// <param name="Name">What the report calls it, unique in the run, such as <c>rome</c> or <c>rome:key_policy=bare</c>.</param>
/// <param name="Editor">The editor's name, such as <c>rome</c>, or <c>none</c> for the unedited model.</param>
/// <param name="Settings">Settings that were put over the editor's preset for the model.</param>
/// <param name="Layer">The layer that was asked for; the preset's where null.</param>
public sealed record RunRow(string Name, string Editor, JsonObject Settings, int? Layer)
{
    private const string LayerSetting = "layer";

    /// <summary>
    /// The row of a text, <c>EDITOR</c> or <c>EDITOR:NAME=VALUE;NAME=VALUE</c>; the name <c>layer</c> is the row's layer.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="context">Layer and settings of all rows whose editors have settings; the text's own settings go over them.</param>
    /// <param name="findEditor">The editor of a name; one of <see cref="BuiltInEditors"/> when null.</param>
    /// <exception cref="AmendException">The editor is unknown, or a setting is not written so.</exception>
    public static RunRow Parse(string text, EditContext context, Func<string, IEditor>? findEditor = null)
    {
        var parts = text.Split(':', 2);
        var hasSettings = (findEditor ?? BuiltInEditors.Find)(parts[0]).Settings(null).Count > 0;
        var row = new RunRow(text, parts[0], [], hasSettings ? context.Layer : null);
        foreach (var (name, value) in context.Settings.Where(_ => hasSettings))
            row.Settings[name] = value;
        foreach (var setting in parts.Length == 1 ? []
            : parts[1].Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (setting.Split('=', 2) is not [{ Length: > 0 } name, var value])
                throw new AmendException(
                    $"'{setting}' of '{text}' is no setting; write EDITOR:NAME=VALUE;NAME=VALUE, such as rome:key_policy=bare.");
            if (name != LayerSetting)
                row.Settings[name] = value;
            else if (int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var layer))
                row = row with { Layer = layer };
            else
                throw new AmendException($"The layer of '{text}' is '{value}'; give a number from 0.");
        }

        return row;
    }

    /// <summary>
    /// What the editor is given: a data set's cases are edited whatever the model answers, in turn where the editor makes one edit
    /// at a time.
    /// </summary>
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
