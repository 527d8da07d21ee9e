namespace Amend.Editing.Codebooks;

/// <summary>
/// GRACE's rule as Thartvigsen/GRACE has it (<c>grace/editors/grace.py</c>, commit f674183), for replication; what is wrong with it is
/// D9 of the register of defects.
/// </summary>
internal static class PublishedRule
{
    /// <summary>What the code takes from the old entry's half of the way.</summary>
    private const double Gap = 1e-5;

    /// <summary>Decides what an event does.</summary>
    /// <param name="book">The entries before.</param>
    /// <param name="label">The event's label, with what the reference masks.</param>
    /// <param name="rules">ε and the form of expansion.</param>
    /// <param name="distances">The distance of the event's key to each entry's.</param>
    public static CodebookStep Decide(
        IReadOnlyList<CodebookEntry> book, IReadOnlyList<int> label, CodebookRules rules, IReadOnlyList<double> distances)
    {
        if (book.Count == 0)
            return new CodebookStep(CodebookStepKind.Add, null, null, 0, rules.Eps);
        var nearest = KeySearch.First(distances);
        var (distance, entry) = (distances[nearest], book[nearest]);
        CodebookStep Step(CodebookStepKind kind, int at, double radius) => new(kind, nearest, distance, at, radius);
        if (distance > rules.Eps + entry.Radius)
            return Step(CodebookStepKind.Add, book.Count, rules.Eps);
        if (Mean(label) != Mean(entry.Label))
        {
            return Step(CodebookStepKind.Split, book.Count, distance / 2) with
            {
                Others = [(nearest, (distance / 2) - Gap)],
                Fires = distance > 0,
            };
        }

        return distance > entry.Radius
            ? Step(CodebookStepKind.Expand, nearest, distance) with { MovesKey = rules.Expansion == Expansion.MovingAverage }
            : Step(CodebookStepKind.Retrain, nearest, entry.Radius);
    }

    /// <summary>What the reference knows of a label.</summary>
    private static float Mean(IReadOnlyList<int> label) => (float)label.Sum() / label.Count;
}
