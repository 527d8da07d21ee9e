using Amend.Editing;
using Amend.Editing.Governance;
using Amend.Models;

namespace Amend.Evaluation.Runs;

/// <summary>The guard of a row: judges its writes and keeps what it found.</summary>
internal sealed class RowGuard
{
    private readonly RunWork _work;
    private readonly RunRow _row;
    private readonly bool _counts;
    private readonly Governor _governor;

    /// <summary>Begins to watch a row.</summary>
    /// <param name="work">The run.</param>
    /// <param name="row">The row.</param>
    /// <param name="model">The model, without edits yet.</param>
    /// <param name="counts">Whether edits stay, so that earlier ones must hold under later ones.</param>
    public RowGuard(RunWork work, RunRow row, LanguageModel model, bool counts)
    {
        (_work, _row, _counts) = (work, row, counts);
        _governor = new Governor(model, work.Plan.Guard!.Limits, work.Plan.GuardedText, work.Plan.Context.Seed);
    }

    /// <summary>Whether the row ended at a write outside the limits.</summary>
    public bool Stopped { get; private set; }

    /// <summary>
    /// Judges a write that is applied; a write that does not pass is the caller's to take back. Where nothing was written, there is
    /// nothing to judge.
    /// </summary>
    /// <param name="edits">The write's edits.</param>
    /// <param name="place">The place of its first case.</param>
    public bool Passes(IReadOnlyList<Edit> edits, int place)
    {
        if (edits.Count == 0)
            return true;
        var measures = _governor.Measure(edits);
        var breach = measures.Breach();
        if (breach is null)
            Count([.. edits.SelectMany(edit => edit.Record.Requests)]);
        Stopped = breach is not null && _work.Plan.Guard!.OnBreach == OnBreach.Stop;
        _work.Results.AddGuarded(_row, new GuardedWrite(place, measures, breach, Stopped));
        return breach is null;
    }

    /// <summary>Counts what a write that is applied was asked for among what must hold, where edits stay.</summary>
    public void Count(IReadOnlyList<EditRequest> requests)
    {
        if (_counts)
            _governor.Accept(requests);
    }
}
