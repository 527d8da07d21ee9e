namespace Amend.Models.Generation;

/// <summary>
/// What a freely generated text says of a wanted answer. Texts are compared without the white space around them, letter case
/// counts, and the wanted answer must end at a word's border: "Parisian" does not give "Paris".
/// </summary>
public static class FreeAnswer
{
    /// <summary>Whether the generated answer, cut at the end of its clause, is the wanted one.</summary>
    public static bool IsExact(string answer, string wanted) => answer.Trim() == wanted.Trim();

    /// <summary>Whether the generated text has the wanted answer anywhere, as whole words.</summary>
    public static bool Contains(string text, string wanted)
    {
        var sought = wanted.Trim();
        int Next(int from) => sought.Length == 0 ? -1 : text.IndexOf(sought, from, StringComparison.Ordinal);
        for (var at = Next(0); at >= 0; at = Next(at + 1))
        {
            if (IsBorder(text, at) && IsBorder(text, at + sought.Length))
                return true;
        }

        return false;
    }

    private static bool IsBorder(string text, int at) =>
        at == 0 || at == text.Length || !char.IsLetterOrDigit(text[at - 1]) || !char.IsLetterOrDigit(text[at]);
}
