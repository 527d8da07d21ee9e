using Amend.Tensors;

namespace Amend.Editing.Stores;

/// <summary>Edits of a store as people name them, and with them the state that a model has with them.</summary>
public static class EditChoice
{
    /// <summary>No edit: the model without any.</summary>
    public const string Base = "base";

    /// <summary>The edits that are applied.</summary>
    public const string Head = "head";

    /// <summary>The same.</summary>
    public const string All = "all";

    private const char AsOf = '@';

    /// <summary>The ids of the edits that are named, in the order of their application.</summary>
    /// <param name="store">The model's edits.</param>
    /// <param name="choice">
    /// <c>base</c> for none, <c>head</c> or <c>all</c> for those that are applied, <c>@ID</c> for those that were right after one was made,
    /// or ids, or their first digits, divided by commas, for these alone, applied or not.
    /// </param>
    /// <exception cref="AmendException">The store has no edit of an id.</exception>
    public static IReadOnlyList<string> Find(EditStore store, string choice) => choice switch
    {
        Base => [],
        Head or All => store.Applied,
        [AsOf, .. var id] => store.AppliedAt(id),
        _ => InOrder(store, [.. choice.Split(',', StringSplitOptions.TrimEntries).Select(store.Find)]),
    };

    /// <summary>The same for one who needs at least one edit.</summary>
    /// <param name="store">The model's edits.</param>
    /// <param name="choice">Which, see <see cref="Find"/>.</param>
    /// <exception cref="AmendException">None is named, or the store has no edit of an id.</exception>
    public static IReadOnlyList<string> FindSome(EditStore store, string choice) => Find(store, choice) is { Count: > 0 } ids
        ? ids
        : throw new AmendException(
            $"--edits {choice} was asked, and no edit is applied there; make one with amend edit, or name one of amend edits.");

    /// <summary>Edits in the order in which they were first applied, each once.</summary>
    private static IReadOnlyList<string> InOrder(EditStore store, HashSet<string> ids) =>
        [.. store.History.Select(entry => entry.Id).Distinct().Where(ids.Contains)];
}
