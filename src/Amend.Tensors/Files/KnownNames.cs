namespace Amend.Tensors.Files;

/// <summary>Says of an unknown name which names there are and which is nearest.</summary>
internal static class KnownNames
{
    private const int MostListed = 20;

    public static string Describe(string asked, IReadOnlyCollection<string> known)
    {
        if (known.Count == 0)
            return "it has no tensors";
        var nearest = known.MinBy(name => Distance(asked, name))!;
        var listed = string.Join(", ", known.Take(MostListed).Select(ShownName.Of));
        var more = known.Count > MostListed ? ", ..." : "";
        return $"the nearest of its {known.Count} names is {ShownName.Of(nearest)} (it has {listed}{more})";
    }

    private static int Distance(string asked, string name)
    {
        if (Math.Abs(asked.Length - name.Length) > asked.Length)
            return int.MaxValue;
        var above = Enumerable.Range(0, name.Length + 1).ToArray();
        var row = new int[name.Length + 1];
        for (var i = 0; i < asked.Length; i++)
        {
            row[0] = i + 1;
            for (var j = 0; j < name.Length; j++)
            {
                var replaced = above[j] + (asked[i] == name[j] ? 0 : 1);
                row[j + 1] = Math.Min(replaced, 1 + Math.Min(above[j + 1], row[j]));
            }
            (above, row) = (row, above);
        }
        return above[name.Length];
    }
}
