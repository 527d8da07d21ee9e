namespace Amend.Atlas.Suites;

/// <summary>Whether a text speaks of a name.</summary>
internal static class Mention
{
    /// <summary>Whether the name stands in the text as whole words.</summary>
    public static bool Of(string name, string text)
    {
        for (var at = text.IndexOf(name, StringComparison.Ordinal); at >= 0; at = text.IndexOf(name, at + 1, StringComparison.Ordinal))
        {
            var end = at + name.Length;
            if ((at == 0 || !char.IsLetterOrDigit(text[at - 1])) && (end == text.Length || !char.IsLetterOrDigit(text[end])))
                return true;
        }

        return false;
    }
}
