namespace Amend.Cli.Rendering;

/// <summary>Progress that is told at once, on the thread that makes it.</summary>
internal sealed class SynchronousProgress<T>(Action<T> report) : IProgress<T>
{
    /// <inheritdoc/>
    public void Report(T value) => report(value);
}
