using System.CommandLine;
using Amend.Editing;
using Amend.Editing.Governance;
using Amend.Editing.Stores;

namespace Amend.Cli.Commands;

/// <summary>The guard of <c>amend edit</c>: refuses an edit that harms the model before it is kept.</summary>
internal sealed class EditGuard
{
    /// <summary>Whole targets at least so likely are the greedy answer, so that the edit took.</summary>
    private const double Took = 0.5;

    private readonly GuardOption _guard = new("Measure the model after the edit and take it back where it is harmed: alone for the usual limits, or write=, norm=, denominator=, perplexity=, past= with numbers or off.");
    private readonly Option<string?> _text = new("--fixed-text") { Description = "The text for the guard's perplexity; an embedded one by default.", HelpName = "FILE" };

    /// <summary>Adds the options to the verb.</summary>
    public void AddTo(Command command)
    {
        _guard.AddTo(command);
        command.Options.Add(_text);
    }

    /// <summary>The limits; null where no guard was asked.</summary>
    /// <exception cref="UsageException">A limit is wrong, or a text was given without a guard.</exception>
    public GuardLimits? Read(ParseResult parsed)
    {
        if (_guard.Read(parsed) is { } limits)
            return UsageException.In(() => GuardLimits.Parse(limits));
        return parsed.GetValue(_text) is { } text ? throw new UsageException($"--fixed-text '{text}' was given without --guard, which alone reads it; add --guard.") : null;
    }

    /// <summary>Opens the model with its edits; with a guard, which sees the model without them first.</summary>
    public (EditedModel Opened, Governor? Governor) Open(ParseResult parsed, string model, GuardLimits? limits)
    {
        if (limits is null)
            return (ModelArgument.Open(parsed, model), null);
        var text = parsed.GetValue(_text) is { } path ? ExistingFile.Text(path) : GuardOption.EmbeddedText();
        var opened = ModelArgument.Open(parsed, model, "base");
        try
        {
            opened.Model.RequireDecoder("--guard");
            var governor = new Governor(opened.Model, limits, text);
            opened.Store.ApplyTo(opened.Model, opened.Store.Applied);
            governor.Watch(opened.Store.Applied.Select(opened.Store.RecordOf).Where(record => record.ProbabilityAfter >= Took).SelectMany(record => record.Requests));
            return (opened, governor);
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <summary>Judges an edit that is applied and not yet kept.</summary>
    /// <returns>What was measured; null without a guard.</returns>
    /// <exception cref="GuardException">A measure is outside its limit; the edit is taken back.</exception>
    public static GuardMeasures? Judge(Governor? governor, EditResult result)
    {
        var measures = governor?.Measure(result.Edits);
        if (measures?.Breach() is not { } breach)
            return measures;
        result.Revert();
        throw new GuardException(breach);
    }
}
