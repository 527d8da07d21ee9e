using Amend.Editing.Stores;
using Amend.Tensors;

namespace Amend.Shipping.Exporting;

/// <summary>
/// Which edits of a store are meant: <c>all</c> for those that are applied, ids divided by commas, or <c>@ID</c> for those applied after
/// one.
/// </summary>
public static class EditChoice
{
    private const char AsOf = '@';

    /// <summary>Whole ids of the edits, in the order in which they were first applied.</summary>
    /// <param name="store">The model's edits.</param>
    /// <param name="choice">Which.</param>
    /// <exception cref="AmendException">There is none, or one is unknown.</exception>
    public static IReadOnlyList<string> Find(EditStore store, string choice)
    {
        IReadOnlyList<string> ids = choice switch
        {
            "all" => store.Applied,
            [AsOf, .. var id] => store.AppliedAt(id),
            _ => InOrder(store, [.. choice.Split(',', StringSplitOptions.TrimEntries).Select(store.Find)]),
        };
        return ids.Count > 0
            ? ids
            : throw new AmendException(
                $"--edits {choice} was asked, and no edit is applied there; make one with amend edit, or name one of amend edits.");
    }

    /// <summary>Edits in the order in which they were first applied, each once.</summary>
    private static IReadOnlyList<string> InOrder(EditStore store, HashSet<string> ids) =>
        [.. store.History.Select(entry => entry.Id).Distinct().Where(ids.Contains)];
}
