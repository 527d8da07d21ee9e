using System.CommandLine;
using Amend.Cli.CommandLine;
using Amend.Shipping.Gates;

namespace Amend.Cli.Commands;

/// <summary>
/// The options of the verbs that check a model with its edits: what must hold, and what is asked beside the edits' own questions.
/// </summary>
internal sealed class CheckSettings
{
    private readonly Option<string?> _gate = new("--gate")
    {
        Description = "A YAML file of what must hold, such as plain: { prompts: 1 } and perplexity: 1.05; "
            + "where it does not, the exit code is 3.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _text = new("--fixed-text")
    {
        Description = "The text whose perplexity is measured; an embedded one by default.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _probe = new("--probe")
    {
        Description = "Facts and abilities that should stay, a suite or FORMAT:PATH; embedded ones by default.",
        HelpName = "SUITE",
    };

    /// <summary>Adds the options to the verb.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_gate, _text, _probe])
            command.Options.Add(option);
    }

    /// <summary>The gate; null where none was given.</summary>
    /// <exception cref="Amend.Tensors.AmendException">The file cannot be read, or is no gate.</exception>
    public Gate? Gate(ParseResult parsed) =>
        parsed.GetValue(_gate) is { } file ? Amend.Shipping.Gates.Gate.Parse(Path.GetFileName(file), ExistingFile.Text(file)) : null;

    /// <summary>What is asked.</summary>
    /// <exception cref="Amend.Tensors.AmendException">The text or the probe cannot be read.</exception>
    public CheckOptions Read(ParseResult parsed) => new()
    {
        FixedText = parsed.GetValue(_text) is { } text ? ExistingFile.Text(text) : EmbeddedSuites.GuardText(),
        Probe = parsed.GetValue(_probe) is { } probe
            ? EmbeddedSuites.Probe(probe)
            : EmbeddedSuites.Probe(),
        Load = GlobalOptions.LoadOptions(parsed),
    };

    /// <summary>The first of the options that was given, of those that say nothing without a check; null where none was.</summary>
    public string? GivenWithoutGate(ParseResult parsed) =>
        ((Option[])[_text, _probe]).FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false })?.Name;
}
