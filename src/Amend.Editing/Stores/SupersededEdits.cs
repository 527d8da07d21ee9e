using Amend.Models;
using Amend.Tensors;

namespace Amend.Editing.Stores;

/// <summary>The applied edits of a store that a new request takes the place of: those of the same subject and prompt.</summary>
public sealed class SupersededEdits
{
    private const int MostDescribed = 3;
    private readonly IReadOnlyList<EditRequest> _requests;
    private readonly IReadOnlyDictionary<string, EditRecord> _records;

    private SupersededEdits(IReadOnlyList<EditRequest> requests, IReadOnlyDictionary<string, EditRecord> records, IReadOnlyList<string> ids) =>
        (_requests, _records, Ids) = (requests, records, ids);

    /// <summary>Their ids, in the order of their application; the last is in force.</summary>
    public IReadOnlyList<string> Ids { get; }

    /// <summary>Those of them that some of the requests take the place of.</summary>
    public IEnumerable<string> IdsFor(IEnumerable<EditRequest> requests) =>
        Ids.Where(id => _records[id].Requests.Any(earlier => requests.Any(earlier.AsksTheSameAs)));

    /// <summary>Finds them.</summary>
    /// <param name="store">The store.</param>
    /// <param name="requests">What is asked now.</param>
    /// <exception cref="AmendException">An applied edit cannot be read.</exception>
    public static SupersededEdits Of(EditStore store, IReadOnlyList<EditRequest> requests)
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

    /// <summary>Takes them back in the model, the last first; the store is as before.</summary>
    /// <param name="model">The model, with the store's edits applied.</param>
    /// <exception cref="AmendException">One of them changes other facts too; nothing is taken back then.</exception>
    public void RevertIn(LanguageModel model)
    {
        if (Ids.FirstOrDefault(id => !_records[id].Requests.All(earlier => _requests.Any(earlier.AsksTheSameAs))) is { } shared)
            throw new AmendException($"Edit {shared} changes {_records[shared].Requests.Count} facts together and cannot be replaced for some of them; take it back as a whole with amend revert, or edit without --replace.");
        foreach (var id in Ids.Reverse())
            model.Applied.Revert(id);
    }

    /// <summary>What they say, such as <c>a6ad2e416ed8 ("The Eiffel Tower is in" to Rome)</c>; of many, the first few.</summary>
    public string Describe() => string.Join(", ", Ids.Take(MostDescribed).Select(id => $"{id} (\"{_records[id].Request.FilledPrompt}\" to {_records[id].Request.TargetNew})"))
        + (Ids.Count > MostDescribed ? $" and {Ids.Count - MostDescribed} more" : "");
}
