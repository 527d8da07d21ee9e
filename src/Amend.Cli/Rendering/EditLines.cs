using Amend.Editing.Sessions;

namespace Amend.Cli.Rendering;

/// <summary>What a session tells while it edits, as lines of progress: of edits in turn each when it is kept.</summary>
internal sealed class EditLines : IProgress<SessionEvent>
{
    private EditKept? _last;

    /// <inheritdoc/>
    public void Report(SessionEvent value)
    {
        if (value is EditRepeated repeated)
            Messages.Progress($"{repeated.Reason.TrimEnd('.')}: it is made again.");
        if (value is not EditKept { Count: > 1 } kept)
            return;
        _last = kept;
        var request = kept.Edit.Record.Request;
        Messages.Progress($"kept {kept.Edit.Id}, {kept.Number} of {kept.Count}: {request.FilledPrompt} {request.TargetNew}");
    }

    /// <summary>Does the work, and says where it ended early that what was kept stays.</summary>
    public EditOutcome Follow(Func<EditOutcome> work)
    {
        try
        {
            return work();
        }
        catch when (_last is { } last && last.Number < last.Count)
        {
            Messages.Progress($"{last.Number} of {last.Count} edits were made and are kept; amend edits lists them.");
            throw;
        }
    }
}
