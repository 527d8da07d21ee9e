namespace Amend.Tensors.Files;

/// <summary>
/// Which tensors of a base checkpoint those of an overlay stand for. Either may leave out the model's prefix: a bare encoder's
/// <c>encoder.x</c> is <c>bert.encoder.x</c> in a classifier.
/// </summary>
internal static class OverlaidNames
{
    /// <summary>The names of the base that an overlay replaces.</summary>
    public static IReadOnlySet<string> Replaced(IReadOnlyList<string> under, IReadOnlyList<string> overlay)
    {
        var prefix = overlay.Concat(under).Select(PrefixOf).Distinct(StringComparer.Ordinal).Prepend("")
            .MaxBy(candidate => InBoth(under, overlay, candidate).Count())!;
        return InBoth(under, overlay, prefix).ToHashSet(StringComparer.Ordinal);
    }

    private static IEnumerable<string> InBoth(IReadOnlyList<string> under, IReadOnlyList<string> overlay, string prefix)
    {
        var bare = overlay.Select(name => Bare(name, prefix)).ToHashSet(StringComparer.Ordinal);
        return under.Where(name => bare.Contains(Bare(name, prefix)));
    }

    private static string PrefixOf(string name) => name[..(name.IndexOf('.') + 1)];

    private static string Bare(string name, string prefix) =>
        name.StartsWith(prefix, StringComparison.Ordinal) ? name[prefix.Length..] : name;
}
