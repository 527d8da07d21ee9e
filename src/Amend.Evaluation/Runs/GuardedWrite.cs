using Amend.Editing.Governance;

namespace Amend.Evaluation.Runs;

/// <summary>A write of a run that a guard watched.</summary>
/// <param name="Place">The place of the batch's first case in the run, from 0.</param>
/// <param name="Measures">What was measured.</param>
/// <param name="Breach">The measure outside its limit, for which the write was taken back; null where it stayed.</param>
/// <param name="Stopped">Whether the row ended here.</param>
public sealed record GuardedWrite(int Place, GuardMeasures Measures, GuardBreach? Breach, bool Stopped);
