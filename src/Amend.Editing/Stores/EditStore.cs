using System.Collections.Concurrent;
using Amend.Editing.Governance;
using Amend.Editing.Homes;
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
    /// <summary>The ending of an edit's file.</summary>
    internal const string Extension = ".safetensors";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private readonly AmendHome _home;
    private readonly Lazy<string> _baseHash;
    private readonly Lazy<EditJournal> _journal;
    private readonly ConcurrentDictionary<string, EditRecord> _records = [];
    private EditHistory? _known;

    /// <summary>Opens the store of a model; nothing is made on disk before the first edit.</summary>
    public EditStore(LanguageModel model, AmendHome? home = null)
        : this(new Lazy<string>(() => model.BaseHash), home ?? AmendHome.Default)
    {
    }

    /// <summary>Opens the store of the model whose weights have a hash; nothing is made on disk before the first edit.</summary>
    /// <param name="baseHash">The hash of the weights without edits, see <see cref="LanguageModel.BaseHash"/>.</param>
    /// <param name="home">Where edits are kept.</param>
    public EditStore(string baseHash, AmendHome home)
        : this(new Lazy<string>(baseHash), home)
    {
    }

    /// <summary>Opens the store of a model whose hash is asked for only where the home has edits at all, or an edit is kept.</summary>
    internal EditStore(Lazy<string> baseHash, AmendHome home)
    {
        (_baseHash, _home) = (baseHash, home);
        _journal = new(() => new EditJournal(Path.Combine(Folder, "journal.jsonl")));
    }

    /// <summary>
    /// Opens the store of a model, which is not loaded: where the hash of its weights is not known from before, they are read once, a
    /// parameter at a time.
    /// </summary>
    /// <param name="model">The model's folder or GGUF file.</param>
    /// <param name="options">The type that the weights are loaded in, on which their hash depends.</param>
    /// <param name="home">Where edits are kept.</param>
    /// <exception cref="AmendException">The model cannot be read.</exception>
    public static EditStore Open(string model, LoadOptions options, AmendHome home) =>
        new(new HashCache(home).Of(model, options.DType), home);

    /// <summary>The hash of the model's weights without edits.</summary>
    public string BaseHash => _baseHash.Value;

    /// <summary>Everything that happened, oldest first.</summary>
    public IReadOnlyList<JournalEntry> History => Directory.Exists(_home.AllEdits) ? Journal.Read() : [];

    /// <summary>Ids of the applied edits, in the order of their application.</summary>
    public IReadOnlyList<string> Applied => Known.Applied;

    private string Folder => _home.Edits(_baseHash.Value);

    private EditJournal Journal => _journal.Value;

    /// <summary>What the journal says now; what was found out about it is kept while nothing is added.</summary>
    private EditHistory Known
    {
        get
        {
            var events = History;
            var known = _known;
            if (known is not null && ReferenceEquals(known.Events, events))
                return known;
            return _known = new EditHistory(events, known?.Begins(events) == true ? known : null);
        }
    }

    /// <summary>The file of an edit.</summary>
    public string PathOf(string id) => Path.Combine(Folder, id + Extension);

    /// <summary>Ids of the edits that were applied right after an edit was made.</summary>
    /// <param name="id">The edit's id or its first digits; or <c>base</c>, for none at all.</param>
    /// <exception cref="AmendException">The store has no such edit.</exception>
    public IReadOnlyList<string> AppliedAt(string id) => id == EditChoice.Base ? [] : Known.AppliedAt(id);

    /// <summary>The whole id of an edit from its first digits.</summary>
    /// <exception cref="AmendException">No edit, or more than one, begins so.</exception>
    public string Find(string start) => Known.Find(start);

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
        {
            throw new AmendException(
                $"'{path}' was truncated or altered: its content has the id {found}; restore it, or take the edit back with amend revert.");
        }

        var edit = EditFile.Read(path, id);
        if (edit.Record.BaseWeightsHash == _baseHash.Value)
            return edit;
        using (edit)
        {
            throw new AmendException(
                $"'{path}' is an edit of the weights {ContentHash.Short(edit.Record.BaseWeightsHash)}, "
                + $"not of this model's {ContentHash.Short(_baseHash.Value)}; move it away.");
        }
    }

    /// <summary>Reads edits; the caller disposes each.</summary>
    /// <param name="ids">Their whole ids.</param>
    /// <exception cref="AmendException">The file of one is missing, truncated, altered, or of another model.</exception>
    public IReadOnlyList<Edit> LoadAll(IReadOnlyList<string> ids)
    {
        var edits = new List<Edit>();
        try
        {
            foreach (var id in ids)
                edits.Add(Load(id));
            return edits;
        }
        catch
        {
            edits.ForEach(edit => edit.Dispose());
            throw;
        }
    }

    /// <summary>The record of an edit, without its change; the file is not checked against its id.</summary>
    /// <param name="id">Its whole id.</param>
    /// <exception cref="AmendException">The file is missing or is no edit.</exception>
    public EditRecord RecordOf(string id) => _records.GetOrAdd(id, _ => EditFile.ReadRecord(PathOf(id)));

    /// <summary>
    /// What a guard measured when an edit was kept, from the journal's last line of its application, or from the record of an older edit's
    /// file.
    /// </summary>
    /// <param name="id">Its whole id.</param>
    /// <param name="record">Its record.</param>
    /// <returns>The measures; null where no guard watched.</returns>
    public GuardMeasures? GuardOf(string id, EditRecord record) =>
        Known.GuardOf(id) ?? record.Guard;

    /// <summary>Applies edits of the store to a model, in order.</summary>
    /// <exception cref="AmendException">One of them cannot be read or does not fit; the model is as before then.</exception>
    /// <exception cref="ArgumentException">The model is not the store's.</exception>
    public void ApplyTo(LanguageModel model, IReadOnlyList<string> ids)
    {
        if (model.BaseHash != _baseHash.Value)
        {
            throw new ArgumentException(
                $"'{model.Name}' has the weights {ContentHash.Short(model.BaseHash)}, "
                + $"but this store is of {ContentHash.Short(_baseHash.Value)}; open the model's own.",
                nameof(model));
        }

        var edits = LoadAll(ids);
        try
        {
            model.Applied.Apply([.. edits.Select(edit => (edit.Id, edit.Effects))]);
        }
        finally
        {
            foreach (var edit in edits)
                edit.Dispose();
        }
    }

    /// <summary>Writes an edit and marks it applied.</summary>
    /// <param name="edit">The edit.</param>
    /// <param name="insteadOf">Whole ids of applied edits that are marked taken back before it, in one step with it.</param>
    /// <returns>The edit's file.</returns>
    /// <inheritdoc cref="Add(StoreWrite)"/>
    public string Add(Edit edit, params IReadOnlyList<string> insteadOf) => Add(new StoreWrite([edit]) { InsteadOf = insteadOf })[0];

    /// <summary>Writes edits and marks them applied, all of them or none, in one step with the edits whose place they take.</summary>
    /// <returns>The edits' files.</returns>
    /// <exception cref="AmendException">
    /// An edit to replace is not applied, or the store cannot be written; nothing is changed then.
    /// </exception>
    /// <exception cref="StaleEditException">
    /// Other edits are applied than those that they were made on top of; nothing is changed.
    /// </exception>
    /// <exception cref="ArgumentException">An edit is of another model.</exception>
    public IReadOnlyList<string> Add(StoreWrite write)
    {
        using var held = Hold();
        return AddHeld(write);
    }

    /// <summary>The same for one who holds the store.</summary>
    /// <inheritdoc cref="Add(StoreWrite)"/>
    internal IReadOnlyList<string> AddHeld(StoreWrite write)
    {
        if (write.Edits.FirstOrDefault(edit => edit.Record.BaseWeightsHash != _baseHash.Value) is { } other)
        {
            throw new ArgumentException(
                $"Edit {other.Id} is of the weights {ContentHash.Short(other.Record.BaseWeightsHash)}, "
                + $"but this store is of {ContentHash.Short(_baseHash.Value)}; add it to its model's own.",
                nameof(write));
        }

        var known = Known;
        if (write.Onto is { } onto && !onto.SequenceEqual(known.Applied))
            throw new StaleEditException(onto, known.Applied);
        known.RequireApplied(write.InsteadOf);
        AtomicFile.DeleteTorn(Folder);
        var written = new List<string>();
        try
        {
            foreach (var edit in write.Edits)
            {
                var path = PathOf(edit.Id);
                var isNew = !File.Exists(path);
                EditFile.Write(edit, path);
                if (isNew)
                    written.Add(path);
            }

            var now = DateTimeOffset.UtcNow;
            Journal.Append(
            [
                .. write.InsteadOf.Select(id => new JournalEntry(JournalOp.Revert, id, now)),
                .. write.Edits.Select(edit => new JournalEntry(JournalOp.Apply, edit.Id, now) { Guard = write.Guard }),
            ]);
        }
        catch (AmendException)
        {
            written.ForEach(File.Delete);
            throw;
        }

        return [.. write.Edits.Select(edit => PathOf(edit.Id))];
    }

    /// <summary>Marks edits taken back; their files stay.</summary>
    /// <param name="ids">Whole ids of applied edits.</param>
    /// <returns>The edits that are applied then.</returns>
    /// <exception cref="AmendException">One is not applied, or the store cannot be written; nothing is changed then.</exception>
    public IReadOnlyList<string> Revert(params IReadOnlyList<string> ids)
    {
        using var held = Hold();
        Known.RequireApplied(ids);
        MarkReverted(ids);
        return Applied;
    }

    /// <summary>Marks all applied edits taken back, the last first; their files stay.</summary>
    /// <returns>Their ids, in the order in which they were taken back.</returns>
    /// <exception cref="AmendException">The store cannot be written; nothing is changed then.</exception>
    public IReadOnlyList<string> RevertAll()
    {
        if (Applied.Count == 0)
            return [];
        using var held = Hold();
        string[] ids = [.. Applied.Reverse()];
        MarkReverted(ids);
        return ids;
    }

    /// <summary>Tries whether the store can be written, so that no work is lost on one that cannot; leaves nothing behind.</summary>
    /// <exception cref="AmendException">It cannot.</exception>
    public void CheckWritable()
    {
        var folder = Folder;
        while (!Path.Exists(folder) && Path.GetDirectoryName(folder) is { } parent)
            folder = parent;
        try
        {
            var path = Path.Combine(folder, $".trial-{Guid.NewGuid():N}");
            using var trial = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw NotWritable(e);
        }
    }

    /// <summary>Holds the store against other writers until disposed; readers need not wait.</summary>
    /// <param name="patience">How long to wait for one who holds it; five minutes by default.</param>
    /// <param name="stop">Ends the waiting.</param>
    /// <exception cref="AmendException">The folder cannot be made or written, or another holds the store too long.</exception>
    public IDisposable Hold(TimeSpan? patience = null, CancellationToken stop = default)
    {
        try
        {
            return StoreLock.Take(Folder, patience ?? Patience, stop);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw NotWritable(e);
        }
    }

    private void MarkReverted(IReadOnlyList<string> ids)
    {
        if (ids.Count > 0)
            Journal.Append([.. ids.Select(id => new JournalEntry(JournalOp.Revert, id, DateTimeOffset.UtcNow))]);
    }

    private AmendException NotWritable(Exception cause) => new(
        $"The edit store '{Folder}' cannot be written ({cause.Message.TrimEnd('.')}); "
        + "make it writable, wait for the other process, or set AMEND_HOME to another folder.",
        cause);
}
