namespace Amend.Editing.Codebooks;

/// <summary>
/// GRACE's rule (Hartvigsen et al. 2023, algorithm 1) with its weak points repaired (register of defects, D9). Labels are the same where
/// their tokens are. A prompt that is asked again with another label replaces its entry. Entries of different labels never overlap,
/// ε_i + ε_j ≤ d(k_i, k_j): a new entry takes what room there is, at least half of the way to any other, of which the others leave the
/// rest; an entry that could not grow without meeting another label stays, and the new key gets an entry of its own.
/// </summary>
internal static class SoundRule
{
    /// <summary>Decides what an event does.</summary>
    /// <param name="book">The entries before.</param>
    /// <param name="label">The event's label.</param>
    /// <param name="rules">ε and the form of expansion.</param>
    /// <param name="distances">The distance of the event's key to each entry's.</param>
    /// <param name="fromEntry">
    /// The distances of an entry's key to all others', from where it is or from half of the way to the event's key.
    /// </param>
    /// <param name="rounding">Below it two keys are one but for rounding.</param>
    public static CodebookStep Decide(
        IReadOnlyList<CodebookEntry> book,
        IReadOnlyList<int> label,
        CodebookRules rules,
        IReadOnlyList<double> distances,
        Func<int, bool, IReadOnlyList<double>> fromEntry,
        double rounding)
    {
        if (book.Count == 0)
            return new CodebookStep(CodebookStepKind.Add, null, null, 0, rules.Eps);
        var nearest = KeySearch.First(distances);
        var (distance, entry) = (distances[nearest], book[nearest]);
        bool IsOther(int one) => !book[one].Label.SequenceEqual(label);
        CodebookStep Step(CodebookStepKind kind, int at, double radius) => new(kind, nearest, distance, at, radius);
        if (IsOther(nearest))
        {
            if (distance > rounding)
                return Added();
            var room = Room(Others(distances, nearest), rules.Eps);
            return Step(CodebookStepKind.Replace, nearest, room) with { Others = Left(Others(distances, nearest), room) };
        }

        if (distance <= Math.Max(entry.Radius, rounding))
            return Step(CodebookStepKind.Retrain, nearest, entry.Radius);
        var moves = rules.Expansion == Expansion.MovingAverage;
        if (distance <= rules.Eps + entry.Radius)
        {
            var others = Others(fromEntry(nearest, moves), nearest);
            var free = others.Select(other => other.Distance - other.Radius).DefaultIfEmpty(double.MaxValue).Min();
            if (free >= (moves ? distance / 2 : distance))
                return Step(CodebookStepKind.Expand, nearest, Math.Min(free, distance)) with { MovesKey = moves };
        }

        return Added();

        CodebookStep Added()
        {
            var others = Others(distances, -1).ToList();
            var room = Room(others, rules.Eps);
            var isAlone = others.TrueForAll(other => other.Distance >= other.Radius + rules.Eps);
            return Step(isAlone ? CodebookStepKind.Add : CodebookStepKind.Split, book.Count, room) with { Others = Left(others, room) };
        }

        IEnumerable<(int Entry, double Distance, double Radius)> Others(IReadOnlyList<double> apart, int but) =>
            from one in Enumerable.Range(0, book.Count) where one != but && IsOther(one) select (one, apart[one], book[one].Radius);
    }

    /// <summary>The radius that a key may have: what the others leave free, or half of the way to them where that is more.</summary>
    private static double Room(IEnumerable<(int Entry, double Distance, double Radius)> others, double eps) => others
        .Select(other => Math.Max(other.Distance - other.Radius, other.Distance / 2))
        .Aggregate(eps, Math.Min);

    /// <summary>The others that must shrink for it.</summary>
    private static IReadOnlyList<(int Entry, double Radius)> Left(
        IEnumerable<(int Entry, double Distance, double Radius)> others, double room) =>
        [.. others.Where(other => other.Radius > other.Distance - room).Select(other => (other.Entry, other.Distance - room))];
}
