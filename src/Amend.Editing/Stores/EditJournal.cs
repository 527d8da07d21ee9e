using System.Text;
using System.Text.Json;
using Amend.Editing.Governance;
using Amend.Tensors;

namespace Amend.Editing.Stores;

/// <summary>
/// The append-only history of one model's edits, one JSON line an event. A line counts once its line feed is written, so a
/// process killed while appending leaves the state before; the torn rest is cut off by the next append.
/// </summary>
internal sealed class EditJournal
{
    private readonly string _path;
    private readonly Lock _reading = new();
    private JournalPart _read = JournalPart.None;

    public EditJournal(string path) => _path = path;

    /// <summary>All events, oldest first. What was read before is not read again where only more was appended.</summary>
    /// <exception cref="AmendException">A whole line is not an event, or the file cannot be read.</exception>
    public IReadOnlyList<JournalEntry> Read()
    {
        lock (_reading)
            return (_read = ReadOn(_read)).Entries;
    }

    /// <summary>Appends events and flushes them to the disk.</summary>
    /// <exception cref="AmendException">The journal cannot be written.</exception>
    public void Append(params IReadOnlyList<JournalEntry> entries)
    {
        var lines = string.Concat(entries.Select(entry => JsonSerializer.Serialize(entry, EditJson.Options) + "\n"));
        try
        {
            using var stream = new FileStream(_path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
            stream.SetLength(LengthOfWholeLines(stream));
            stream.Seek(0, SeekOrigin.End);
            stream.Write(Encoding.UTF8.GetBytes(lines));
            stream.Flush(flushToDisk: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AmendException(
                $"The journal '{_path}' cannot be written ({e.Message}); "
                + "nothing was changed, so make its folder writable and try again.",
                e);
        }
    }

    /// <summary>The events of a part and those behind it, also while another process appends.</summary>
    private JournalPart ReadOn(JournalPart part)
    {
        if (!File.Exists(_path))
            return JournalPart.None;
        try
        {
            using var stream = new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (!part.Begins(stream))
                part = JournalPart.None;
            stream.Position = part.Bytes;
            using var rest = new MemoryStream();
            stream.CopyTo(rest);
            var bytes = rest.GetBuffer().AsSpan(0, (int)rest.Length);
            bytes = bytes[..(bytes.LastIndexOf((byte)'\n') + 1)];
            if (bytes.Length == 0)
                return part;
            var lines = Encoding.UTF8.GetString(bytes)[..^1].Split('\n');
            return new JournalPart(
                [
                    .. part.Entries,
                    .. lines.Index().Where(line => line.Item.Length > 0).Select(line => Parse(line.Item, part.Lines + line.Index + 1)),
                ],
                part.Lines + lines.Length,
                part.Bytes + bytes.Length,
                Encoding.UTF8.GetBytes(lines[^1] + "\n"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AmendException($"The journal '{_path}' cannot be read ({e.Message.TrimEnd('.')}); make it readable.", e);
        }
    }

    private JournalEntry Parse(string line, int number)
    {
        try
        {
            return JsonSerializer.Deserialize<JournalEntry>(line, EditJson.Reading) is { } entry
                ? entry
                : throw new JsonException("null is no event");
        }
        catch (JsonException e)
        {
            throw new AmendException(
                $"Line {number} of the journal '{_path}' is not an event ({e.Message}); "
                + "restore the file from a copy or remove that line.",
                e);
        }
    }

    private static long LengthOfWholeLines(FileStream stream)
    {
        var length = stream.Length;
        while (length > 0)
        {
            stream.Seek(length - 1, SeekOrigin.Begin);
            if (stream.ReadByte() == '\n')
                break;
            length--;
        }

        return length;
    }
}

/// <summary>One line of a journal.</summary>
/// <param name="Op">What happened.</param>
/// <param name="Id">The edit.</param>
/// <param name="Time">When, UTC.</param>
public sealed record JournalEntry(JournalOp Op, string Id, DateTimeOffset Time)
{
    /// <summary>What a guard measured after the edit was applied, before it was kept; null where none watched.</summary>
    public GuardMeasures? Guard { get; init; }
}

/// <summary>What a journal's line says of an edit.</summary>
public enum JournalOp
{
    /// <summary>It was applied.</summary>
    Apply,

    /// <summary>It was taken back.</summary>
    Revert,
}
