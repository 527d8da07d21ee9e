using System.CommandLine;
using System.Globalization;
using Amend.Cli.CommandLine;
using Amend.Cli.Rendering;
using Amend.Editing;
using Amend.Editing.Statistics;
using Amend.Editing.Stores;
using Amend.Models;
using Amend.Tensors;

namespace Amend.Cli.Commands;

/// <summary>The options by which verbs set what an editor is given.</summary>
internal sealed class EditorOptions
{
    private const string Auto = "auto";
    private readonly Option<string?> _layer = new("--layer")
    {
        Description = "The layer to edit, from 0; the preset's for the model by default.",
        HelpName = "N",
    };

    private readonly SettingsOption _set = new("A setting of the editor, such as v_lr=0.5; may be repeated.", "v_lr=0.5");

    private readonly Option<string?> _post = new("--post")
    {
        Description = "What is done to updates before they are applied, such as rect:0.4,norm-anchor; nothing by default.",
        HelpName = "NAMES",
    };

    private readonly Option<int> _seed = new("--seed")
    {
        Description = "The seed of everything sampled.",
        HelpName = "N",
        DefaultValueFactory = _ => 0,
    };

    private readonly Option<string?> _stats = new("--stats")
    {
        Description = "The second moment of the keys: a file or folder that amend stats made, "
            + $"or {IdentityStatistics.Asked} for none (C = I); the model's own by default.",
        HelpName = "FILE|DIR",
    };

    /// <summary>Adds the options to a verb.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_layer);
        _set.AddTo(command);
        foreach (var option in (Option[])[_post, _seed, _stats])
            command.Options.Add(option);
    }

    /// <summary>What the editor is given; where the layer is to be chosen, it has none yet.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="mayChoose">Whether the layer may be <c>auto</c>; <see cref="Choose"/> then tells it.</param>
    /// <exception cref="UsageException">An option is no setting, or there are no statistics at the place that was asked for.</exception>
    public EditContext Read(ParseResult parsed, bool mayChoose = false) => new()
    {
        Layer = Layer(parsed.GetValue(_layer), mayChoose),
        Seed = parsed.GetValue(_seed),
        Settings = Settings(_set.Read(parsed), parsed.GetValue(_post)),
        Statistics = UsageException.In(() => SecondMomentLibrary.Find(StatisticsOf(parsed))),
    };

    /// <summary>The statistics that were asked for by name; null where none were.</summary>
    public string? StatisticsOf(ParseResult parsed) => parsed.GetValue(_stats);

    /// <summary>The context with the layer that was chosen for the model, where <c>auto</c> was asked.</summary>
    /// <exception cref="AmendException">No layer was chosen for the model's weights.</exception>
    public EditContext Choose(ParseResult parsed, EditContext context, LanguageModel model, string name)
    {
        if (parsed.GetValue(_layer) != Auto)
            return context;
        var choice = LayerChoice.Find(AmendEnvironment.Of(parsed).Home.Layers, model)
            ?? throw new AmendException(
                $"No layer has been chosen for '{name}'; run amend trace {name} --facts FILE --suggest-layer, "
                + $"or amend trace {name} --sweep SUITE, first, or give --layer a number.");
        Messages.Progress(choice.Explanation);
        return context with { Layer = choice.Layer };
    }

    private static int? Layer(string? text, bool mayChoose) =>
        text is null || (text == Auto && mayChoose) ? null
        : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var layer) ? layer
        : throw new UsageException($"--layer '{text}' was asked; give a number from 0{(mayChoose ? ", or auto" : "")}.");

    private static Dictionary<string, string> Settings(Dictionary<string, string> settings, string? post)
    {
        if (post is not null && !settings.TryAdd("post", post))
            throw new UsageException($"--post {post} and --set post={settings["post"]} were asked; give one of them.");
        return settings;
    }
}
