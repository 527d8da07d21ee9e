using Amend.Editing;

namespace Amend.Cli.Rendering;

/// <summary>How far an edit is, as lines of progress: of one that takes long, every few seconds, and of a short one nothing.</summary>
/// <param name="time">Says how much time has passed.</param>
internal sealed class EditingLines(TimeProvider time) : IProgress<EditProgress>
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(3);
    private long _last = time.GetTimestamp();

    /// <inheritdoc/>
    public void Report(EditProgress value)
    {
        if (time.GetElapsedTime(_last) < Every)
            return;
        _last = time.GetTimestamp();
        Messages.Progress($"{value.What}: {value.Done} of {value.Of}");
    }
}
