namespace Amend.Studio.Asking;

/// <summary>A token of what a model says.</summary>
/// <param name="Text">Its text.</param>
/// <param name="Differs">Whether another state, with which it is compared, says it otherwise.</param>
public sealed record SaidToken(string Text, bool Differs)
{
    /// <summary>
    /// The tokens of one text, with those marked that are not in the longest sequence that it has in common with another.
    /// </summary>
    public static IReadOnlyList<SaidToken> Compare(IReadOnlyList<string> text, IReadOnlyList<string> with)
    {
        var common = new int[text.Count + 1, with.Count + 1];
        for (var i = text.Count - 1; i >= 0; i--)
        {
            for (var j = with.Count - 1; j >= 0; j--)
                common[i, j] = text[i] == with[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
        }

        var (said, at) = (new List<SaidToken>(), 0);
        for (var i = 0; i < text.Count; i++)
        {
            while (at < with.Count && text[i] != with[at] && common[i, at + 1] >= common[i + 1, at])
                at++;
            var same = at < with.Count && text[i] == with[at];
            said.Add(new SaidToken(text[i], !same));
            if (same)
                at++;
        }

        return said;
    }
}
