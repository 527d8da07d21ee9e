namespace Amend.Tensors;

/// <summary>Finds the name that was meant by one that is unknown.</summary>
public static class NearestName
{
    /// <summary>
    /// <c> (did you mean X?)</c>, to stand behind an unknown name in a sentence; empty where no name is near, that is,
    /// where more than half of the letters would have to change. Upper and lower case are one.
    /// </summary>
    /// <param name="asked">The unknown name; nothing is near null.</param>
    /// <param name="known">The known names.</param>
    public static string Hint(string? asked, IEnumerable<string> known)
    {
        if (string.IsNullOrEmpty(asked))
            return "";
        var lower = asked.ToLowerInvariant();
        if (known.MinBy(other => Distance(lower, other.ToLowerInvariant())) is not { } name)
            return "";
        var distance = Distance(lower, name.ToLowerInvariant());
        return distance <= Math.Max(1, asked.Length / 2) && distance < name.Length ? $" (did you mean {name}?)" : "";
    }

    /// <summary>How many letters must be put in, left out or replaced to come from one name to the other.</summary>
    internal static int Distance(string asked, string name)
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
