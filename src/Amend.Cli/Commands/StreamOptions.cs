using System.CommandLine;
using Amend.Evaluation.Orders;
using Amend.Tensors;

namespace Amend.Cli.Commands;

/// <summary>Options of <c>amend eval</c> for a stream of edits: what is measured beside it, and how often.</summary>
internal sealed class StreamOptions
{
    private readonly Option<string?> _upstream = new("--upstream")
    {
        Description = "In a stream, what the model was made for, for TRR: a suite's name or FORMAT:PATH.",
        HelpName = "SUITE",
    };

    private readonly Option<string?> _holdout = new("--holdout")
    {
        Description = "In a stream, what is never edited and asks for the same facts in other words: a suite's name or FORMAT:PATH.",
        HelpName = "SUITE",
    };

    private readonly Option<string?> _replay = new("--replay")
    {
        Description = "In a stream, what ft-retrain rehearses beside the edits, other cases than --upstream's: a suite's name or "
            + "FORMAT:PATH.",
        HelpName = "SUITE",
    };

    private readonly Option<int?> _every = new("--measure-every")
    {
        Description = "In a stream, edits after which all is measured again (50 by default).",
        HelpName = "N",
    };

    private readonly Option<int?> _edits = new("--edits") { Description = "In a stream, edits after which it ends.", HelpName = "N" };
    private readonly Option<int?> _standing = new("--upstream-cases")
    {
        Description = "In a stream, most cases of upstream and of holdout each (1000 by default).",
        HelpName = "N",
    };

    private IReadOnlyList<Option> All => [_upstream, _holdout, _replay, _every, _edits, _standing];

    /// <summary>Adds the options to a verb.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in All)
            command.Options.Add(option);
    }

    /// <summary>What was asked; null where no upstream data were given.</summary>
    /// <exception cref="AmendException">Another of the options was given without upstream data.</exception>
    public StreamOrder? Read(ParseResult parsed)
    {
        if (parsed.GetValue(_upstream) is not { } upstream)
            return All.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } alone
                ? throw new AmendException(
                    $"{alone.Name} was given without --upstream; it is for a stream (--protocol stream), which needs upstream data.")
                : null;
        return new StreamOrder(upstream)
        {
            Holdout = parsed.GetValue(_holdout),
            Replay = parsed.GetValue(_replay),
            MeasureEvery = parsed.GetValue(_every),
            Edits = parsed.GetValue(_edits),
            Cases = parsed.GetValue(_standing),
        };
    }
}
