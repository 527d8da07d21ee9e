using Amend.Server.Api;
using Amend.Studio.Elements;

namespace Amend.Studio.Edits;

/// <summary>What is filled in for an edit.</summary>
public sealed class EditForm
{
    private const string Lines = "\n";
    private const string DefaultEditor = "rome";

    /// <summary>The fact as text, with <c>{}</c> for the subject.</summary>
    public string Prompt { get; set; } = "{} is in";

    /// <summary>The subject.</summary>
    public string Subject { get; set; } = "";

    /// <summary>The object that the model should give.</summary>
    public string Target { get; set; } = "";

    /// <summary>Prompts that should follow, a line each.</summary>
    public string Paraphrases { get; set; } = "";

    /// <summary>Prompts that should keep their answers, a line each.</summary>
    public string Neighbors { get; set; } = "";

    /// <summary>The facts of a file, in place of the one above; null for that one.</summary>
    public IReadOnlyList<FactBody>? File { get; set; }

    /// <summary>The method.</summary>
    public string Editor { get; set; } = DefaultEditor;

    /// <summary>The layer; the preset's when null.</summary>
    public int? Layer { get; set; }

    /// <summary>The seed.</summary>
    public int Seed { get; set; }

    /// <summary>Whether earlier edits of the fact are taken back in the same step.</summary>
    public bool Replace { get; set; }

    /// <summary>Settings that differ from the editor's own.</summary>
    public Dictionary<string, string> Settings { get; } = new(StringComparer.Ordinal);

    /// <summary>The command that does the same.</summary>
    public string Command(string model) => ShellText.Join(
    [
        "amend", "edit", model,
        .. File is null
            ? (string[])["--prompt", Prompt, .. ShellText.Option("--subject", Subject), "--target-new", Target]
            : ["--requests", "FORMAT:PATH"],
        .. Split(Paraphrases).SelectMany(text => ShellText.Option("--paraphrase", text)),
        .. Split(Neighbors).SelectMany(text => ShellText.Option("--neighbor", text)),
        "--editor", Editor,
        .. ShellText.Option("--layer", Layer?.ToString()),
        .. ShellText.Option("--seed", Seed == 0 ? null : $"{Seed}"),
        .. Settings.SelectMany(one => ShellText.Option("--set", $"{one.Key}={one.Value}")),
        Replace ? "--replace" : null,
    ]);

    /// <summary>What is filled in, from an address.</summary>
    public static EditForm Read(Func<string, string?> shown)
    {
        var form = new EditForm
        {
            Prompt = shown("prompt") ?? "{} is in",
            Subject = shown("subject") ?? "",
            Target = shown("target") ?? "",
            Paraphrases = shown("paraphrases") ?? "",
            Neighbors = shown("neighbors") ?? "",
            Editor = shown("editor") ?? DefaultEditor,
            Layer = int.TryParse(shown("layer"), out var layer) ? layer : null,
            Seed = int.TryParse(shown("seed"), out var seed) ? seed : 0,
            Replace = shown("replace") is not null,
        };
        foreach (var setting in Split(shown("set") ?? "").Select(line => line.Split('=', 2)).Where(parts => parts.Length == 2))
            form.Settings[setting[0]] = setting[1];
        return form;
    }

    /// <summary>What is filled in, for an address.</summary>
    public IEnumerable<(string Name, string? Value)> ToAddress() =>
    [
        ("prompt", Prompt), ("subject", Subject), ("target", Target), ("paraphrases", Paraphrases), ("neighbors", Neighbors),
        ("editor", Editor == DefaultEditor ? null : Editor), ("layer", Layer?.ToString()), ("seed", Seed == 0 ? null : $"{Seed}"),
        ("replace", Replace ? "1" : null), ("set", string.Join(Lines, Settings.Select(one => $"{one.Key}={one.Value}"))),
    ];

    /// <summary>The order.</summary>
    public EditBody ToBody() => new()
    {
        Facts = File ??
        [
            new FactBody(Prompt, Target)
            {
                Subject = Subject.Length == 0 ? null : Subject,
                Paraphrases = Split(Paraphrases),
                Neighbors = Split(Neighbors),
            },
        ],
        Editor = Editor,
        Layer = Layer,
        Seed = Seed,
        Settings = Settings,
        Replace = Replace,
        InTurn = File is not null,
    };

    private static string[] Split(string text) =>
        text.Split(Lines, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
