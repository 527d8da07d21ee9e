using Amend.Editing.Codebooks;
using Amend.Editing.Stores;
using Amend.Models.Effects;

namespace Amend.Editing.Sessions;

/// <summary>What an edit is in the codebook of a layer, as the applied edits make it.</summary>
/// <param name="Weight">The name of the layer's weight.</param>
/// <param name="Token">The token whose input is the key, as text; null where it is not known.</param>
/// <param name="Replacement">The tokens that get the value where it fires.</param>
/// <param name="Distance">How the distance to the key is measured.</param>
public sealed record EntryDetails(string Weight, string? Token, Replacement Replacement, KeyDistance Distance)
{
    /// <summary>So many of the nearest other entries are named.</summary>
    private const int MostNeighbors = 3;

    /// <summary>What the edit did to the codebook; null where it is not applied, as are the values below.</summary>
    public CodebookStepKind? Step { get; init; }

    /// <summary>The number of its entry, from 1.</summary>
    public int? Number { get; init; }

    /// <summary>How many entries the codebook has.</summary>
    public int? Entries { get; init; }

    /// <summary>ε, within which the entry fires.</summary>
    public double? Radius { get; init; }

    /// <summary>Ids of the other edits that made the entry what it is, in their order; a later one has given it its value.</summary>
    public IReadOnlyList<string> SharedWith { get; init; } = [];

    /// <summary>The nearest other entries, the nearest first.</summary>
    public IReadOnlyList<EntryNeighbor> Neighbors { get; init; } = [];

    /// <summary>Reads what an edit is in its codebooks.</summary>
    /// <param name="store">The store, whose applied edits are replayed.</param>
    /// <param name="edit">The edit.</param>
    /// <exception cref="Tensors.AmendException">The file of an applied edit is missing or broken.</exception>
    public static IReadOnlyList<EntryDetails> Read(EditStore store, Edit edit)
    {
        List<CodebookEffect> effects = [.. edit.Effects.OfType<CodebookEffect>()];
        return [.. effects.Select(effect => store.Applied.Contains(edit.Id) ? Replayed(store, edit.Id, effect) : Of(effect))];
    }

    private static EntryDetails Of(CodebookEffect effect) =>
        new(effect.Weight, effect.Token, effect.Rules.Replacement, effect.Rules.Distance);

    private static EntryDetails Replayed(EditStore store, string id, CodebookEffect effect)
    {
        var events = new List<string>();
        Codebook? book = null;
        try
        {
            foreach (var applied in store.Applied)
            {
                using var other = store.Load(applied);
                foreach (var one in other.Effects.OfType<CodebookEffect>().Where(one => one.Weight == effect.Weight))
                {
                    book = (Codebook)((IAdaptorEffect)one).Fold(book);
                    events.Add(applied);
                }
            }

            return Placed(Of(effect), book!, events, id);
        }
        finally
        {
            book?.Dispose();
        }
    }

    private static EntryDetails Placed(EntryDetails details, Codebook book, List<string> events, string id)
    {
        var step = book.Steps[events.Index().First(one => one.Item == id).Index];
        var entry = book.Entries[step.Entry];
        var neighbors = book.DistancesFrom(step.Entry).Index()
            .Where(other => other.Index != step.Entry)
            .OrderBy(other => other.Item)
            .Take(MostNeighbors)
            .Select(other => (Entry: book.Entries[other.Index], Distance: other.Item))
            .Select(other => new EntryNeighbor(
                events[other.Entry.Events[^1]], other.Distance, other.Entry.Radius, other.Entry.Label.SequenceEqual(entry.Label)));
        return details with
        {
            Step = step.Kind,
            Number = step.Entry + 1,
            Entries = book.Entries.Count,
            Radius = entry.Radius,
            SharedWith = [.. entry.Events.Select(one => events[one]).Where(one => one != id)],
            Neighbors = [.. neighbors],
        };
    }
}

/// <summary>An entry near another one.</summary>
/// <param name="Edit">The id of the edit that gave it its value.</param>
/// <param name="Distance">The distance between the keys.</param>
/// <param name="Radius">Its radius.</param>
/// <param name="HasSameLabel">Whether both answer the same.</param>
public sealed record EntryNeighbor(string Edit, double Distance, double Radius, bool HasSameLabel);
