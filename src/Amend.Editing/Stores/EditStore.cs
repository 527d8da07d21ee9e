using Amend.Models;
using Amend.Tensors;
using Amend.Tensors.Files;

namespace Amend.Editing.Stores;

/// <summary>
/// The edits of one model on disk: a file an edit and a journal of what was applied and taken back, under Amend's home and
/// the hash of the model's unedited weights. An edit exists once the journal says so; its file is written before, whole.
/// </summary>
public sealed class EditStore
{
    private const string Extension = ".safetensors";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly string _folder;
    private readonly EditJournal _journal;
    private readonly string _baseHash;

    /// <summary>Opens the store of a model; nothing is made on disk before the first edit.</summary>
    public EditStore(LanguageModel model, AmendHome? home = null)
    {
        _baseHash = model.BaseHash;
        _folder = Path.Combine((home ?? AmendHome.Default).Folder, "edits", _baseHash[..16]);
        _journal = new EditJournal(Path.Combine(_folder, "journal.jsonl"));
    }

    /// <summary>Everything that happened, oldest first.</summary>
    public IReadOnlyList<JournalEntry> History => _journal.Read();

    /// <summary>Ids of the applied edits, in the order of their application.</summary>
    public IReadOnlyList<string> Applied => AppliedAfter(History);

    /// <summary>The file of an edit.</summary>
    public string PathOf(string id) => Path.Combine(_folder, id + Extension);

    /// <summary>Ids of the edits that were applied right after an edit was made.</summary>
    /// <param name="id">The edit; or <c>base</c>, for none at all.</param>
    /// <exception cref="AmendException">The store has no such edit.</exception>
    public IReadOnlyList<string> AppliedAt(string id)
    {
        if (id == "base")
            return [];
        var whole = Find(id);
        var history = History;
        var at = history.TakeWhile(entry => entry.Id != whole || entry.Op != JournalOp.Apply).Count();
        return AppliedAfter(history.Take(at + 1));
    }

    /// <summary>The whole id of an edit from its first digits.</summary>
    /// <exception cref="AmendException">No edit, or more than one, begins so.</exception>
    public string Find(string start)
    {
        if (start.Length == 0)
            throw new AmendException($"The id '' is empty; give the first digits of one, out of {Applied.Count} applied edits.");
        var known = History.Select(entry => entry.Id).Distinct().ToList();
        var found = known.Where(id => id.StartsWith(start, StringComparison.Ordinal)).ToList();
        return found.Count switch
        {
            1 => found[0],
            0 => throw new AmendException($"There is no edit '{start}' of this model; it has {(known.Count == 0 ? "none" : string.Join(", ", known.TakeLast(10)))}."),
            _ => throw new AmendException($"'{start}' begins {found.Count} ids ({string.Join(", ", found.Take(5))}); give more digits."),
        };
    }

    /// <summary>Reads an edit; the caller disposes it.</summary>
    /// <param name="id">Its whole id.</param>
    /// <exception cref="AmendException">The file is missing, truncated, altered, or of another model.</exception>
    public Edit Load(string id)
    {
        var path = PathOf(id);
        if (!File.Exists(path))
            throw new AmendException($"The file of edit {id}, '{path}', is missing; restore it, or take the edit back with amend revert.");
        var found = EditFile.ComputeId(path);
        if (found != id)
            throw new AmendException($"'{path}' was truncated or altered: its content has the id {found}; restore it, or take the edit back with amend revert.");
        var edit = EditFile.Read(path, id);
        if (edit.Record.BaseWeightsHash == _baseHash)
            return edit;
        using (edit)
            throw new AmendException($"'{path}' is an edit of the weights {Short(edit.Record.BaseWeightsHash)}, not of this model's {Short(_baseHash)}; move it away.");
    }

    /// <summary>The record of an edit, without its change; the file is not checked against its id.</summary>
    /// <param name="id">Its whole id.</param>
    /// <exception cref="AmendException">The file is missing or is no edit.</exception>
    public EditRecord RecordOf(string id) => EditFile.ReadRecord(PathOf(id));

    /// <summary>Applies edits of the store to a model, in order.</summary>
    /// <exception cref="AmendException">One of them cannot be read or does not fit; the model is as before then.</exception>
    /// <exception cref="ArgumentException">The model is not the store's.</exception>
    public void ApplyTo(LanguageModel model, IReadOnlyList<string> ids)
    {
        if (model.BaseHash != _baseHash)
            throw new ArgumentException($"'{model.Name}' has the weights {Short(model.BaseHash)}, but this store is of {Short(_baseHash)}; open the model's own.", nameof(model));
        var edits = new List<Edit>();
        var applied = new Stack<string>();
        try
        {
            foreach (var id in ids)
                edits.Add(Load(id));
            foreach (var edit in edits)
            {
                model.Applied.Apply(edit.Id, edit.Effects);
                applied.Push(edit.Id);
            }
        }
        catch
        {
            foreach (var id in applied)
                model.Applied.Revert(id);
            throw;
        }
        finally
        {
            edits.ForEach(edit => edit.Dispose());
        }
    }

    /// <summary>Writes an edit and marks it applied.</summary>
    /// <inheritdoc cref="Add(IReadOnlyList{Edit}, IReadOnlyList{string})"/>
    /// <returns>The edit's file.</returns>
    public string Add(Edit edit, params IReadOnlyList<string> insteadOf) => Add([edit], insteadOf)[0];

    /// <summary>Writes edits and marks them applied, all of them or none.</summary>
    /// <param name="edits">The edits, in the order of their application.</param>
    /// <param name="insteadOf">Whole ids of applied edits that are marked taken back before them, in one step with them.</param>
    /// <returns>The edits' files.</returns>
    /// <exception cref="AmendException">One of the others is not applied, or the store cannot be written; nothing is changed then.</exception>
    /// <exception cref="ArgumentException">An edit is of another model.</exception>
    public IReadOnlyList<string> Add(IReadOnlyList<Edit> edits, IReadOnlyList<string> insteadOf)
    {
        foreach (var edit in edits.Where(edit => edit.Record.BaseWeightsHash != _baseHash))
            throw new ArgumentException($"Edit {edit.Id} is of the weights {Short(edit.Record.BaseWeightsHash)}, but this store is of {Short(_baseHash)}; add it to its model's own.", nameof(edits));
        using var held = Hold();
        RefuseMissing(insteadOf);
        AtomicFile.DeleteTorn(_folder);
        var written = new List<string>();
        try
        {
            foreach (var edit in edits)
            {
                var path = PathOf(edit.Id);
                var isNew = !File.Exists(path);
                EditFile.Write(edit, path);
                if (isNew)
                    written.Add(path);
            }

            var now = DateTimeOffset.UtcNow;
            _journal.Append([.. insteadOf.Select(id => new JournalEntry(JournalOp.Revert, id, now)), .. edits.Select(edit => new JournalEntry(JournalOp.Apply, edit.Id, now))]);
        }
        catch (AmendException)
        {
            written.ForEach(File.Delete);
            throw;
        }

        return [.. edits.Select(edit => PathOf(edit.Id))];
    }

    /// <summary>Marks edits taken back; their files stay.</summary>
    /// <param name="ids">Whole ids of applied edits.</param>
    /// <exception cref="AmendException">One is not applied, or the store cannot be written; nothing is changed then.</exception>
    public void Revert(params IReadOnlyList<string> ids)
    {
        using var held = Hold();
        RefuseMissing(ids);
        _journal.Append([.. ids.Select(id => new JournalEntry(JournalOp.Revert, id, DateTimeOffset.UtcNow))]);
    }

    /// <summary>Tries whether the store can be written, so that no work is lost on one that cannot; leaves nothing behind.</summary>
    /// <exception cref="AmendException">It cannot.</exception>
    public void CheckWritable()
    {
        var folder = _folder;
        while (!Path.Exists(folder) && Path.GetDirectoryName(folder) is { } parent)
            folder = parent;
        try
        {
            using var trial = new FileStream(
                Path.Combine(folder, $".trial-{Guid.NewGuid():N}"), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw NotWritable(e);
        }
    }

    /// <summary>Holds the store against other processes until disposed.</summary>
    /// <exception cref="AmendException">The folder cannot be made or written, or another process holds the store too long.</exception>
    public IDisposable Hold()
    {
        var path = Path.Combine(_folder, "lock");
        var deadline = DateTime.UtcNow + Patience;
        while (true)
        {
            try
            {
                Directory.CreateDirectory(_folder);
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (Exception e) when (e is UnauthorizedAccessException || (e is IOException && (!IsHeld(e) || DateTime.UtcNow > deadline)))
            {
                throw NotWritable(e);
            }
            catch (IOException)
            {
                Thread.Sleep(20);
            }
        }
    }

    private void RefuseMissing(IReadOnlyList<string> ids)
    {
        var applied = Applied;
        if (ids.FirstOrDefault(id => !applied.Contains(id)) is { } missing)
            throw new AmendException($"Edit {missing} is not applied; applied: {(applied.Count == 0 ? "none" : string.Join(", ", applied))}.");
    }

    /// <summary>Whether the lock was not had because another has it: a sharing violation, or the system's EWOULDBLOCK.</summary>
    private static bool IsHeld(Exception e)
    {
        const int SharingViolation = unchecked((int)0x80070020);
        const int WouldBlockLinux = 11;
        const int WouldBlockBsd = 35;
        return e.HResult is SharingViolation or WouldBlockLinux or WouldBlockBsd;
    }

    private static string Short(string hash) => hash.Length > 12 ? hash[..12] : hash;
    private AmendException NotWritable(Exception cause) => new(
        $"The edit store '{_folder}' cannot be written ({cause.Message.TrimEnd('.')}); make it writable, wait for the other process, or set AMEND_HOME to another folder.", cause);

    private static List<string> AppliedAfter(IEnumerable<JournalEntry> entries)
    {
        var applied = new List<string>();
        foreach (var entry in entries)
        {
            if (entry.Op == JournalOp.Revert)
                applied.Remove(entry.Id);
            else if (!applied.Contains(entry.Id))
                applied.Add(entry.Id);
        }

        return applied;
    }
}
