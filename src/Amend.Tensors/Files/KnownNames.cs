namespace Amend.Tensors.Files;

/// <summary>Says of an unknown name which names there are and which is nearest.</summary>
internal static class KnownNames
{
    private const int MostListed = 20;

    public static string Describe(string asked, IReadOnlyCollection<string> known)
    {
        if (known.Count == 0)
            return "it has no tensors";
        var nearest = known.MinBy(name => NearestName.Distance(asked, name))!;
        var listed = string.Join(", ", known.Take(MostListed).Select(ShownName.Of));
        var more = known.Count > MostListed ? ", ..." : "";
        return $"the nearest of its {known.Count} names is {ShownName.Of(nearest)} (it has {listed}{more})";
    }
}
