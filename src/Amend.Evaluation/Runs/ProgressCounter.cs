using System.Diagnostics;

namespace Amend.Evaluation.Runs;

/// <summary>Counts measurements from several threads and tells them on.</summary>
internal sealed class ProgressCounter(int total, int before, IProgress<RunProgress>? progress)
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly Lock _lock = new();
    private int _now;

    /// <summary>Adds measurements of a row.</summary>
    public void Add(string what, int measurements)
    {
        lock (_lock)
        {
            _now += measurements;
            var rate = _now / _clock.Elapsed.TotalSeconds;
            var done = before + _now;
            progress?.Report(new RunProgress(what, done, total, rate, rate > 0 ? TimeSpan.FromSeconds((total - done) / rate) : null));
        }
    }
}

/// <summary>How far a run is.</summary>
/// <param name="What">The row that is worked on.</param>
/// <param name="Done">Measurements of cases that are kept, those of earlier starts included.</param>
/// <param name="Total">All measurements of the run.</param>
/// <param name="CasesPerSecond">The rate since this start; 0 before the first.</param>
/// <param name="Left">The time left at that rate; null before the first.</param>
public sealed record RunProgress(string What, int Done, int Total, double CasesPerSecond, TimeSpan? Left);
