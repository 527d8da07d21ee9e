namespace Amend.Atlas.Suites;

/// <summary>
/// Chooses from groups of unequal size so that no group has more than a fifth, or an even share where there are fewer than five.
/// </summary>
internal static class BalancedChoice
{
    private const int FewestGroups = 5;

    /// <summary>The longest such choice up to a limit: the first of each group, in the order of the items.</summary>
    public static IReadOnlyList<T> Take<T>(IReadOnlyList<T> items, Func<T, string> group, int limit)
    {
        var sizes = items.GroupBy(group).Select(g => g.Count()).ToList();
        var count = Math.Min(limit, items.Count);
        int Most() => Math.Max(1, count / Math.Clamp(sizes.Count, 1, FewestGroups));
        while (sizes.Sum(size => Math.Min(size, Most())) < count)
            count--;
        var taken = new Dictionary<string, int>(StringComparer.Ordinal);
        return [.. items.Where(item => (taken[group(item)] = taken.GetValueOrDefault(group(item)) + 1) <= Most()).Take(count)];
    }
}
