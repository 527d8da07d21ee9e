using System.CommandLine;
using Amend.Cli.CommandLine;
using Amend.Editing.Governance;
using Amend.Editing.Sessions;

namespace Amend.Cli.Commands;

/// <summary>The guard of <c>amend edit</c>: refuses an edit that harms the model before it is kept.</summary>
internal sealed class EditGuard
{
    private readonly GuardOption _guard = new(
        "Measure the model after the edit and take it back where it is harmed: alone for the usual limits, "
        + "or write=, norm=, denominator=, perplexity=, past= with numbers or off.");

    private readonly FixedTextOption _text = new("The text for the guard's perplexity; an embedded one by default.");

    /// <summary>Adds the options to the verb.</summary>
    public void AddTo(Command command)
    {
        _guard.AddTo(command);
        _text.AddTo(command);
    }

    /// <summary>How a session is guarded; not at all where no guard was asked.</summary>
    /// <exception cref="UsageException">A limit is wrong, or a text was given without a guard.</exception>
    /// <exception cref="Amend.Tensors.AmendException">The text cannot be read.</exception>
    public SessionOptions Read(ParseResult parsed)
    {
        if (_guard.Read(parsed) is { } limits)
            return new SessionOptions { Guard = UsageException.In(() => GuardLimits.Parse(limits)), FixedText = _text.Read(parsed) };
        return _text.Given(parsed) is not { } text
            ? new SessionOptions()
            : throw new UsageException($"--fixed-text '{text}' was given without --guard, which alone reads it; add --guard.");
    }
}
