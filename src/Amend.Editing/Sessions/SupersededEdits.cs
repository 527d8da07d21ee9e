using Amend.Editing.Stores;
using Amend.Tensors;

namespace Amend.Editing.Sessions;

/// <summary>The applied edits of a store that new requests take the place of: those of the same subject and prompt.</summary>
internal sealed class SupersededEdits
{
    private readonly IReadOnlyList<EditRequest> _requests;
    private readonly IReadOnlyDictionary<string, EditRecord> _records;

    private SupersededEdits(
        IReadOnlyList<EditRequest> requests, IReadOnlyDictionary<string, EditRecord> records, IReadOnlyList<string> ids) =>
        (_requests, _records, Ids) = (requests, records, ids);

    /// <summary>Their ids, in the order of their application; the last is in force.</summary>
    public IReadOnlyList<string> Ids { get; }

    /// <summary>Looks for them.</summary>
    /// <param name="store">The store.</param>
    /// <param name="requests">What is asked now.</param>
    /// <exception cref="AmendException">An applied edit cannot be read.</exception>
    public static SupersededEdits Find(EditStore store, IReadOnlyList<EditRequest> requests)
    {
        var (records, ids) = (new Dictionary<string, EditRecord>(), new List<string>());
        foreach (var id in store.Applied)
        {
            var record = store.RecordOf(id);
            if (!record.Requests.Any(earlier => requests.Any(earlier.AsksTheSameAs)))
                continue;
            records.Add(id, record);
            ids.Add(id);
        }

        return new SupersededEdits(requests, records, ids);
    }

    /// <summary>Those of them that some of the requests take the place of.</summary>
    public IEnumerable<string> IdsFor(IReadOnlyList<EditRequest> requests) =>
        Ids.Where(id => _records[id].Requests.Any(earlier => requests.Any(earlier.AsksTheSameAs)));

    /// <summary>Refuses to replace an edit for some of its facts.</summary>
    /// <exception cref="AmendException">One of them changes other facts too.</exception>
    public void RefuseShared()
    {
        if (Ids.FirstOrDefault(id => !_records[id].Requests.All(earlier => _requests.Any(earlier.AsksTheSameAs))) is { } shared)
        {
            throw new AmendException(
                $"Edit {shared} changes {_records[shared].Requests.Count} facts together and cannot be replaced for some of them; "
                + "take it back as a whole with amend revert, or edit without --replace.");
        }
    }

    /// <summary>What some of them are.</summary>
    /// <param name="ids">Their ids.</param>
    /// <param name="replaced">Whether they are taken back.</param>
    public IEnumerable<SupersededEdit> Describe(IEnumerable<string> ids, bool replaced) =>
        ids.Select(id => new SupersededEdit(id, _records[id].Request.FilledPrompt, _records[id].Request.TargetNew, replaced));
}
