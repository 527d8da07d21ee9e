using Amend.Editing;
using Amend.Editing.Governance;
using Amend.Models;

namespace Amend.Evaluation.Runs;

/// <summary>The guard of a row: judges its writes and keeps what it found.</summary>
internal sealed class RowGuard
{
    private readonly RunPlan _plan;
    private readonly RunRow _row;
    private readonly RunDatabase _database;
    private readonly Governor _governor;

    /// <summary>Begins to watch a row, whose model has no edits yet.</summary>
    public RowGuard(RunPlan plan, RunRow row, LanguageModel model, RunDatabase database)
    {
        (_plan, _row, _database) = (plan, row, database);
        _governor = new Governor(model, plan.Guard!.Limits, plan.GuardedText, plan.Context.Seed);
    }

    /// <summary>Whether the row ended at a write outside the limits.</summary>
    public bool Stopped => _database.IsStopped(_row);

    /// <summary>Whether the edits of a batch were taken back.</summary>
    public bool TookBack(int[] batch) => _database.TakenBack(_row).Contains(batch[0]);

    /// <summary>Judges a write that is applied; a write that does not pass is the caller's to take back.</summary>
    public bool Passes(IReadOnlyList<Edit> edits, int[] batch)
    {
        var measures = _governor.Measure(edits);
        var breach = measures.Breach();
        if (breach is null)
            Count([.. edits.SelectMany(edit => edit.Record.Requests)]);
        _database.AddGuarded(_row, new GuardedWrite(batch[0], measures, breach, breach is not null && _plan.Guard!.OnBreach == OnBreach.Stop));
        return breach is null;
    }

    /// <summary>Counts what a write that is applied was asked for among what must hold, where edits stay.</summary>
    public void Count(IReadOnlyList<EditRequest> requests)
    {
        if (_plan.Protocol.KeepsEdits)
            _governor.Accept(requests);
    }
}
