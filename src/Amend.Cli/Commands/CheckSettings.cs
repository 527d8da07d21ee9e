using System.CommandLine;
using Amend.Cli.CommandLine;
using Amend.Evaluation.Datasets;
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

    private readonly FixedTextOption _text = new("The text whose perplexity is measured; an embedded one by default.");

    private readonly Option<string?> _probe = new("--probe")
    {
        Description = "Facts and abilities that should stay, a suite or FORMAT:PATH; embedded ones by default.",
        HelpName = "SUITE",
    };

    /// <summary>Adds the options to the verb.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_gate);
        _text.AddTo(command);
        command.Options.Add(_probe);
    }

    /// <summary>The gate; null where none was given.</summary>
    /// <exception cref="Amend.Tensors.AmendException">The file cannot be read, or is no gate.</exception>
    public Gate? Gate(ParseResult parsed) =>
        parsed.GetValue(_gate) is { } file ? Amend.Shipping.Gates.Gate.Parse(Path.GetFileName(file), ExistingFile.Text(file)) : null;

    /// <summary>What is asked.</summary>
    /// <exception cref="Amend.Tensors.AmendException">The text or the probe cannot be read.</exception>
    public CheckOptions Read(ParseResult parsed) => new()
    {
        FixedText = _text.Read(parsed),
        Probe = parsed.GetValue(_probe) is { } probe
            ? EmbeddedSuites.Probe(probe)
            : EmbeddedSuites.Probe(),
        Load = GlobalOptions.LoadOptions(parsed),
    };

    /// <summary>The first of the options that was given, of those that say nothing without a check; null where none was.</summary>
    public string? GivenWithoutGate(ParseResult parsed) =>
        _text.Given(parsed) is not null ? FixedTextOption.Name : parsed.GetValue(_probe) is not null ? _probe.Name : null;
}
