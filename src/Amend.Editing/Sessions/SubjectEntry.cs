using Amend.Editing.Stores;
using Amend.Editing.TokenCodebooks;

namespace Amend.Editing.Sessions;

/// <summary>What an edit is in the codebook at tokens of a layer: an entry for each of its requests.</summary>
/// <param name="Weight">The name of the weight that the codebook belongs to.</param>
/// <param name="Subject">The subject whose tokens it fires on.</param>
/// <param name="Place">What of a token is compared with its keys.</param>
public sealed record SubjectEntry(string Weight, string Subject, TokenPlace Place)
{
    private const int MostNeighbors = 3;

    /// <summary>How many entries the codebook has; null where the edit is not applied, as are the values below.</summary>
    public int? Entries { get; init; }

    /// <summary>The radius of each of its keys.</summary>
    public IReadOnlyList<double> Radii { get; init; } = [];

    /// <summary>The nearest other subjects, the nearest first.</summary>
    public IReadOnlyList<SubjectNeighbor> Neighbors { get; init; } = [];

    /// <summary>Reads what an edit is in its codebooks at tokens.</summary>
    /// <param name="store">The store, whose applied edits are replayed.</param>
    /// <param name="edit">The edit.</param>
    /// <exception cref="Tensors.AmendException">The file of an applied edit is missing or broken.</exception>
    public static IReadOnlyList<SubjectEntry> Read(EditStore store, Edit edit)
    {
        TokenCodebookEffect[] effects = [.. edit.Effects.OfType<TokenCodebookEffect>()];
        if (effects.Length == 0 || !store.Applied.Contains(edit.Id))
            return [.. effects.Select(effect => new SubjectEntry(effect.Weight, effect.Subject, effect.Rules.Place))];
        return [.. effects.GroupBy(effect => effect.Weight).SelectMany(on => Replayed(store, edit.Id, on.Key))];
    }

    private static List<SubjectEntry> Replayed(EditStore store, string id, string weight)
    {
        var (entries, number) = (new List<(int Number, TokenCodebookEffect Effect)>(), 0);
        TokenCodebook? book = null;
        try
        {
            foreach (var applied in store.Applied)
            {
                using var other = store.Load(applied);
                foreach (var effect in other.Effects.OfType<TokenCodebookEffect>().Where(one => one.Weight == weight))
                {
                    book = (TokenCodebook)effect.Fold(book);
                    if (applied == id)
                        entries.Add((number, effect));
                    number++;
                }
            }

            return [.. entries.Select(entry => new SubjectEntry(weight, entry.Effect.Subject, entry.Effect.Rules.Place)
            {
                Entries = number,
                Radii = book!.RadiiOf(entry.Number),
                Neighbors =
                [
                    .. book.Neighbors(entry.Number, MostNeighbors).Select(near => new SubjectNeighbor(near.Subject, near.Distance)),
                ],
            })];
        }
        finally
        {
            book?.Dispose();
        }
    }
}

/// <summary>Another subject of a codebook at tokens.</summary>
/// <param name="Subject">The subject.</param>
/// <param name="Distance">The least distance between keys.</param>
public sealed record SubjectNeighbor(string Subject, double Distance);
