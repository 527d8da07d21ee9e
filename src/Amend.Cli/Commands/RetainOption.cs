using Amend.Evaluation.Datasets;
using System.CommandLine;
using System.Globalization;
using Amend.Evaluation.Runs;
using Amend.Tensors;

namespace Amend.Cli.Commands;

/// <summary><c>--retain</c>: the texts whose predictions an edit of a label should leave alone.</summary>
internal sealed class RetainOption
{
    private const string All = "all";

    private readonly Option<string?> _retain = new("--retain")
    {
        Description = "Labelled texts whose predictions should stay: a number of the data set's other texts, drawn by the seed, all "
            + "of them, or those of another data set, FORMAT:PATH; those that the data set names by default, or else 100.",
        HelpName = "TEXTS",
    };

    /// <summary>Adds the option to a verb.</summary>
    public void AddTo(Command command) => command.Options.Add(_retain);

    /// <summary>What was asked; null where no texts are labelled.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="usual">What the data set holds.</param>
    /// <exception cref="AmendException">It is no number, not all, and no data set.</exception>
    public RetainPlan? Read(ParseResult parsed, UsualRun usual)
    {
        var asked = parsed.GetValue(_retain);
        if (!usual.IsLabelled)
            return asked is null ? null : throw new AmendException(
                $"--retain {asked} was asked, and the data set holds no labelled texts; leave it out, or give labelled texts, such as "
                + "fever:PATH.");
        if (asked is null)
            return new RetainPlan();
        if (asked == All)
            return new RetainPlan { Drawn = null, Replaces = true };
        return int.TryParse(asked, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var drawn)
            ? new RetainPlan { Drawn = drawn, Replaces = true }
            : new RetainPlan { Drawn = null, Replaces = true, Source = EmbeddedSuites.Locator.Find(asked) };
    }
}
