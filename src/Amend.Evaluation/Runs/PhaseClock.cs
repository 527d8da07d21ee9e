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

/// <summary>Wall time of a row's phases, in seconds, summed over all the starts of a resumed run.</summary>
/// <param name="Reading">Reading cases from the data set.</param>
/// <param name="Editing">Making edits.</param>
/// <param name="Scoring">Asking the model, edited and unedited.</param>
/// <param name="Generating">Letting the model write freely: greedy answers and sampled texts.</param>
/// <param name="Writing">Storing results.</param>
public sealed record PhaseTimes(double Reading, double Editing, double Scoring, double Generating, double Writing)
{
    /// <summary>All phases together.</summary>
    public double Total => Reading + Editing + Scoring + Generating + Writing;

    /// <summary>Each phase with its seconds.</summary>
    internal IEnumerable<(Phase Phase, double Seconds)> Parts =>
    [
        (Phase.Reading, Reading), (Phase.Editing, Editing), (Phase.Scoring, Scoring),
        (Phase.Generating, Generating), (Phase.Writing, Writing),
    ];

    /// <summary>Two parts of a run together.</summary>
    public static PhaseTimes operator +(PhaseTimes a, PhaseTimes b) => new(
        a.Reading + b.Reading, a.Editing + b.Editing, a.Scoring + b.Scoring, a.Generating + b.Generating, a.Writing + b.Writing);
}

/// <summary>What a run spends time on.</summary>
public enum Phase
{
    /// <summary>Reading cases from the data set.</summary>
    Reading,

    /// <summary>Making edits and taking them back.</summary>
    Editing,

    /// <summary>Asking the model for given answers, edited and unedited.</summary>
    Scoring,

    /// <summary>Letting the model write freely: greedy answers and sampled texts.</summary>
    Generating,

    /// <summary>Storing results.</summary>
    Writing,
}
