using Amend.Models;
using Amend.Tensors;

namespace Amend.Editing.Stores;

/// <summary>The applied edits of a store that a new request takes the place of: those of the same subject and prompt.</summary>
public sealed class SupersededEdits
{
    private readonly IReadOnlyDictionary<string, EditRecord> _records;

    private SupersededEdits(IReadOnlyDictionary<string, EditRecord> records, IReadOnlyList<string> ids) => (_records, Ids) = (records, ids);

    /// <summary>Their ids, in the order of their application; the last is in force.</summary>
    public IReadOnlyList<string> Ids { get; }

    /// <summary>Finds them.</summary>
    /// <param name="store">The store.</param>
    /// <param name="request">What is asked now.</param>
    /// <exception cref="AmendException">An applied edit cannot be read.</exception>
    public static SupersededEdits Of(EditStore store, EditRequest request)
    {
        var (records, ids) = (new Dictionary<string, EditRecord>(), new List<string>());
        foreach (var id in store.Applied)
        {
            var record = store.RecordOf(id);
            if (!record.Requests.Any(request.AsksTheSameAs))
                continue;
            records.Add(id, record);
            ids.Add(id);
        }

        return new SupersededEdits(records, ids);
    }

    /// <summary>Takes them back in the model, the last first; the store is as before.</summary>
    /// <param name="model">The model, with the store's edits applied.</param>
    /// <exception cref="AmendException">One of them changes other facts too; nothing is taken back then.</exception>
    public void RevertIn(LanguageModel model)
    {
        if (Ids.FirstOrDefault(id => _records[id].TogetherWith.Count > 0) is { } shared)
            throw new AmendException($"Edit {shared} changes {_records[shared].Requests.Count} facts together and cannot be replaced for one of them; take it back as a whole with amend revert, or edit without --replace.");
        foreach (var id in Ids.Reverse())
            model.Deltas.Revert(id);
    }

    /// <summary>What they say, such as <c>a6ad2e416ed8 ("The Eiffel Tower is in" to Rome)</c>.</summary>
    public string Describe() => string.Join(", ", Ids.Select(id => $"{id} (\"{_records[id].Request.FilledPrompt}\" to {_records[id].Request.TargetNew})"));
}
