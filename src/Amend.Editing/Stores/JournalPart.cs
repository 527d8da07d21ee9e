namespace Amend.Editing.Stores;

/// <summary>The beginning of a journal that was read.</summary>
/// <param name="Entries">Its events, oldest first.</param>
/// <param name="Lines">Its lines, empty ones too.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Last">Its last line with the line feed, by which it is known again.</param>
internal sealed record JournalPart(IReadOnlyList<JournalEntry> Entries, int Lines, long Bytes, byte[] Last)
{
    /// <summary>No line.</summary>
    public static JournalPart None { get; } = new([], 0, 0, []);

    /// <summary>Whether a journal begins with it: a line tells an event, an edit and the time to a tenth of a microsecond.</summary>
    public bool Begins(Stream journal)
    {
        if (journal.Length < Bytes)
            return false;
        journal.Position = Bytes - Last.Length;
        var found = new byte[Last.Length];
        journal.ReadExactly(found);
        return found.AsSpan().SequenceEqual(Last);
    }
}
