using System.CommandLine;

namespace Amend.Cli.Commands;

/// <summary>The option by which verbs that edit have their writes guarded.</summary>
internal sealed class GuardOption
{
    private readonly Option<string?> _guard;

    /// <summary>Creates the option.</summary>
    /// <param name="description">What the guard does in the verb.</param>
    public GuardOption(string description) => _guard = new Option<string?>("--guard")
    {
        Description = description,
        HelpName = "LIMITS",
        Arity = ArgumentArity.ZeroOrOne,
    };

    /// <summary>Adds it to a verb.</summary>
    public void AddTo(Command command) => command.Options.Add(_guard);

    /// <summary>What the guard was given, empty for the defaults; null where no guard was asked.</summary>
    public string? Read(ParseResult parsed) => parsed.GetResult(_guard) is null ? null : parsed.GetValue(_guard) ?? "";
}
