using System.CommandLine;
using Amend.Editing;
using Amend.Editing.Editors;

namespace Amend.Cli.Commands;

/// <summary>The options by which verbs choose and set an editor.</summary>
internal sealed class EditorOptions
{
    private readonly Option<string> _editor = new("--editor") { Description = $"The method: {string.Join(", ", BuiltInEditors.All.Select(e => e.Name))}.", HelpName = "NAME", DefaultValueFactory = _ => "rome" };
    private readonly Option<int?> _layer = new("--layer") { Description = "The layer to edit, from 0; the preset's for the model by default.", HelpName = "N" };
    private readonly Option<string[]> _set = new("--set") { Description = "A setting of the editor, such as v_lr=0.5; may be repeated.", HelpName = "NAME=VALUE" };
    private readonly Option<int> _seed = new("--seed") { Description = "The seed of everything sampled.", HelpName = "N", DefaultValueFactory = _ => 0 };

    /// <summary>Adds the options to a verb.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_editor, _layer, _set, _seed])
            command.Options.Add(option);
    }

    /// <summary>The editor and what it is given.</summary>
    /// <exception cref="UsageException">The editor is unknown, or an option is no setting.</exception>
    public (IEditor Editor, EditContext Context) Read(ParseResult parsed) =>
    (
        UsageException.In(() => BuiltInEditors.Find(parsed.GetValue(_editor)!)),
        new EditContext { Layer = parsed.GetValue(_layer), Seed = parsed.GetValue(_seed), Settings = Settings(parsed.GetValue(_set) ?? []) });

    private static Dictionary<string, string> Settings(string[] settings)
    {
        var read = new Dictionary<string, string>();
        foreach (var setting in settings)
        {
            var parts = setting.Split('=', 2);
            if (parts.Length != 2 || parts[0].Length == 0)
                throw new UsageException($"--set {setting} was asked; write it as name=value, such as v_lr=0.5.");
            read[parts[0]] = parts[1];
        }

        return read;
    }
}
