using Amend.Editing.Stores;
using Amend.Tensors;

namespace Amend.Editing.Tests.Stores;

public sealed class EditJournalTests : IDisposable
{
    private static readonly DateTimeOffset Time = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private readonly TempFolder _folder = new();
    private readonly EditJournal _journal;

    public EditJournalTests() => _journal = new EditJournal(Path);

    private string Path => _folder.File("journal.jsonl");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_journal_that_was_never_written_is_empty() => Assert.Empty(_journal.Read());

    [Fact]
    public void What_was_appended_is_read_in_order()
    {
        JournalEntry[] entries = [new(JournalOp.Apply, "a1", Time), new(JournalOp.Apply, "b2", Time.AddHours(1)), new(JournalOp.Revert, "a1", Time.AddHours(2))];

        _journal.Append(entries[0]);
        _journal.Append(entries[1], entries[2]);

        Assert.Equal(entries, _journal.Read());
        Assert.Equal("""{"op":"apply","id":"a1","time":"2026-01-02T03:04:05+00:00"}""", File.ReadLines(Path).First());
        Assert.EndsWith("\n", File.ReadAllText(Path), StringComparison.Ordinal);
    }

    [Fact]
    public void A_torn_last_line_is_no_event_and_the_next_append_cuts_it_off()
    {
        _journal.Append(new JournalEntry(JournalOp.Apply, "a1", Time));
        var whole = File.ReadAllText(Path);
        File.AppendAllText(Path, """{"op":"revert","id":"a1","ti""");

        Assert.Equal(["a1"], _journal.Read().Select(entry => entry.Id));
        _journal.Append(new JournalEntry(JournalOp.Apply, "b2", Time));

        Assert.StartsWith(whole, File.ReadAllText(Path), StringComparison.Ordinal);
        Assert.Equal([("a1", JournalOp.Apply), ("b2", JournalOp.Apply)], _journal.Read().Select(entry => (entry.Id, entry.Op)));
    }

    [Fact]
    public void A_line_that_is_whole_but_for_its_line_feed_is_torn_too()
    {
        File.WriteAllText(Path, """{"op":"apply","id":"a1","time":"2026-01-02T03:04:05+00:00"}""");

        Assert.Empty(_journal.Read());
        _journal.Append(new JournalEntry(JournalOp.Apply, "b2", Time));

        Assert.Equal(["b2"], _journal.Read().Select(entry => entry.Id));
    }

    [Fact]
    public void What_others_append_is_read_and_a_journal_put_in_its_place_is_read_anew()
    {
        JournalEntry[] entries = [.. Enumerable.Range(0, 4).Select(at => new JournalEntry(JournalOp.Apply, $"a{at}", Time.AddHours(at)))];
        _journal.Append(entries[0]);
        Assert.Equal(entries[..1], _journal.Read());

        new EditJournal(Path).Append(entries[1], entries[2]);
        Assert.Equal(entries[..3], _journal.Read());
        Assert.Equal(entries[..3], _journal.Read());

        File.Delete(Path);
        Assert.Empty(_journal.Read());
        new EditJournal(Path).Append(entries[3], entries[0]);
        Assert.Equal([entries[3], entries[0]], _journal.Read());
        File.Delete(Path);
        new EditJournal(Path).Append(entries[0], entries[1], entries[2]);
        Assert.Equal(entries[..3], _journal.Read());
    }

    [Theory]
    [InlineData("not JSON")]
    [InlineData("null")]
    [InlineData("""{"op":"apply"}""")]
    [InlineData("""{"op":"apply","id":null,"time":"2026-01-02T03:04:05+00:00"}""")]
    [InlineData("""{"id":"a1","time":"2026-01-02T03:04:05+00:00"}""")]
    [InlineData("""{"op":"undo","id":"a1","time":"2026-01-02T03:04:05+00:00"}""")]
    [InlineData("""{"op":1,"id":"a1","time":"2026-01-02T03:04:05+00:00"}""")]
    [InlineData("""{"op":"apply","id":"a1","time":"yesterday"}""")]
    public void A_broken_whole_line_is_named_with_its_number(string line)
    {
        _journal.Append(new JournalEntry(JournalOp.Apply, "a1", Time));
        File.AppendAllText(Path, $"\n{line}\n");

        var failure = Assert.Throws<AmendException>(_journal.Read);

        Assert.StartsWith($"Line 3 of the journal '{Path}' is not an event (", failure.Message, StringComparison.Ordinal);
        Assert.EndsWith("restore the file from a copy or remove that line.", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_journal_that_cannot_be_written_is_one_sentence()
    {
        Directory.CreateDirectory(Path);

        var failure = Assert.Throws<AmendException>(() => _journal.Append(new JournalEntry(JournalOp.Apply, "a1", Time)));

        Assert.StartsWith($"The journal '{Path}' cannot be written (", failure.Message, StringComparison.Ordinal);
    }
}
