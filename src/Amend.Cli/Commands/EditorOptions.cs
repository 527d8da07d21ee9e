using System.CommandLine;
using Amend.Editing;

namespace Amend.Cli.Commands;

/// <summary>The options by which verbs set what an editor is given.</summary>
internal sealed class EditorOptions
{
    private readonly Option<int?> _layer = new("--layer") { Description = "The layer to edit, from 0; the preset's for the model by default.", HelpName = "N" };
    private readonly Option<string[]> _set = new("--set") { Description = "A setting of the editor, such as v_lr=0.5; may be repeated.", HelpName = "NAME=VALUE" };
    private readonly Option<int> _seed = new("--seed") { Description = "The seed of everything sampled.", HelpName = "N", DefaultValueFactory = _ => 0 };

    /// <summary>Adds the options to a verb.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_layer, _set, _seed])
            command.Options.Add(option);
    }

    /// <summary>What the editor is given.</summary>
    /// <exception cref="UsageException">An option is no setting.</exception>
    public EditContext Read(ParseResult parsed) =>
        new() { Layer = parsed.GetValue(_layer), Seed = parsed.GetValue(_seed), Settings = Settings(parsed.GetValue(_set) ?? []) };

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
