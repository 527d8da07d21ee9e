namespace Amend.Editing.Tests.Statistics;

/// <summary>Hears of progress at once, on the thread that makes it.</summary>
internal sealed class Listener(Action<long> heard) : IProgress<long>
{
    public void Report(long value) => heard(value);
}
