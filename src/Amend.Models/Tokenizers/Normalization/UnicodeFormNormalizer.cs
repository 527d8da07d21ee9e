using System.Text;
using Amend.Models.Tokenizers.Text;

namespace Amend.Models.Tokenizers.Normalization;

/// <summary>The normalization forms NFC, NFD, NFKC and NFKD (Unicode Standard Annex 15).</summary>
/// <param name="compatibility">Whether compatibility characters are replaced (the forms with K).</param>
/// <param name="composes">Whether characters are composed again (the forms with C).</param>
internal sealed class UnicodeFormNormalizer(bool compatibility, bool composes) : INormalizer
{
    /// <inheritdoc/>
    public AlignedText Normalize(AlignedText text, TextPlace place)
    {
        if (Ascii.IsValid(text.Text))
            return text;
        var characters = new List<Character>(text.Length);
        for (var at = 0; at < text.Length;)
        {
            var rune = CodePoints.At(text.Text, at, out var length);
            Decompose(rune.Value, text.SourceOf(at, at + length), characters);
            at += length;
        }

        Order(characters);
        if (composes)
            characters = Compose(characters);
        var built = new AlignedTextBuilder(text.Length);
        foreach (var character in characters)
            built.Append(new Rune(character.CodePoint), character.Source);
        return built.Build();
    }

    private void Decompose(int codePoint, (int Start, int End) source, List<Character> characters)
    {
        if (UnicodeTable.Decompose(codePoint, compatibility) is { } parts)
        {
            foreach (var part in parts)
                Decompose(part, source, characters);
        }
        else
        {
            characters.Add(new Character(codePoint, UnicodeTable.ClassOf(codePoint), source));
        }
    }

    /// <summary>Sorts each run of marks by class; marks that change places share their run's source.</summary>
    private static void Order(List<Character> characters)
    {
        for (var start = 0; start < characters.Count; start++)
        {
            if (characters[start].Class == 0)
                continue;
            var end = start + 1;
            var isSorted = true;
            for (; end < characters.Count && characters[end].Class != 0; end++)
                isSorted &= characters[end - 1].Class <= characters[end].Class;
            if (!isSorted)
            {
                var run = characters.GetRange(start, end - start);
                var source = (run.Min(c => c.Source.Start), run.Max(c => c.Source.End));
                foreach (var (index, character) in run.OrderBy(c => c.Class).Index())
                    characters[start + index] = character with { Source = source };
            }

            start = end;
        }
    }

    private static List<Character> Compose(List<Character> characters)
    {
        var composed = new List<Character>(characters.Count);
        var starter = -1;
        foreach (var character in characters)
        {
            var between = composed.Count > 0 ? composed[^1].Class : 0;
            var isBlocked = starter < 0 || (composed.Count - 1 > starter && (between == 0 || between >= character.Class));
            if (!isBlocked && UnicodeTable.Compose(composed[starter].CodePoint, character.CodePoint) is >= 0 and var whole)
            {
                var (start, end) = composed[starter].Source;
                composed[starter] = new Character(whole, 0, (start, Math.Max(end, character.Source.End)));
                continue;
            }

            if (character.Class == 0)
                starter = composed.Count;
            composed.Add(character);
        }

        return composed;
    }

    private readonly record struct Character(int CodePoint, int Class, (int Start, int End) Source);
}
