namespace Amend.Editing.Sessions;

/// <summary>Something that happens while a session edits, for whoever watches.</summary>
public abstract record SessionEvent
{
    private protected SessionEvent()
    {
    }
}

/// <summary>An edit was kept; from here on nothing takes it back but a revert.</summary>
/// <param name="Edit">The edit.</param>
/// <param name="Number">Its number among those of the order, from 1.</param>
/// <param name="Count">How many the order makes.</param>
public sealed record EditKept(KeptEdit Edit, int Number, int Count) : SessionEvent;

/// <summary>
/// The edit was made on top of edits that another writer has changed since; it is made again, and nobody else writes meanwhile.
/// </summary>
/// <param name="Reason">What was found, in a sentence.</param>
public sealed record EditRepeated(string Reason) : SessionEvent;
