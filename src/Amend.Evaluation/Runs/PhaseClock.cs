using System.Diagnostics;

namespace Amend.Evaluation.Runs;

/// <summary>Adds up the wall time of phases; for one thread.</summary>
public sealed class PhaseClock
{
    private readonly Dictionary<Phase, double> _seconds = [];

    /// <summary>Does something and counts its time to a phase.</summary>
    public T Time<T>(Phase phase, Func<T> action)
    {
        var clock = Stopwatch.StartNew();
        try
        {
            return action();
        }
        finally
        {
            _seconds[phase] = _seconds.GetValueOrDefault(phase) + clock.Elapsed.TotalSeconds;
        }
    }

    /// <summary>Does something and counts its time to a phase.</summary>
    public void Time(Phase phase, Action action) => Time(phase, () =>
    {
        action();
        return true;
    });

    /// <summary>The times since the last call, which are then forgotten.</summary>
    public PhaseTimes Take()
    {
        var taken = new PhaseTimes(Of(Phase.Reading), Of(Phase.Editing), Of(Phase.Scoring), Of(Phase.Generating), Of(Phase.Writing));
        _seconds.Clear();
        return taken;
    }

    private double Of(Phase phase) => _seconds.GetValueOrDefault(phase);
}
