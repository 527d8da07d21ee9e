namespace Amend.Models.Tokenizers.Normalization;

/// <summary>Hangul syllables and their jamo, by the arithmetic of the Unicode Standard, section 3.12.</summary>
internal static class Hangul
{
    private const int FirstSyllable = 0xAC00;
    private const int FirstLeading = 0x1100;
    private const int FirstVowel = 0x1161;
    private const int NoTrailing = 0x11A7;
    private const int Leadings = 19;
    private const int Vowels = 21;
    private const int Trailings = 28;

    /// <summary>A syllable's leading consonant, vowel and, where it has one, trailing consonant; null for other characters.</summary>
    public static int[]? Decompose(int codePoint)
    {
        var index = codePoint - FirstSyllable;
        if (index is < 0 or >= Leadings * Vowels * Trailings)
            return null;
        var (leading, vowel) = (FirstLeading + (index / (Vowels * Trailings)), FirstVowel + (index / Trailings % Vowels));
        return index % Trailings == 0 ? [leading, vowel] : [leading, vowel, NoTrailing + (index % Trailings)];
    }

    /// <summary>The syllable of two jamo, or of a syllable and a trailing consonant; -1 for other pairs.</summary>
    public static int Compose(int first, int second)
    {
        if (first is >= FirstLeading and < FirstLeading + Leadings && second is >= FirstVowel and < FirstVowel + Vowels)
            return FirstSyllable + ((((first - FirstLeading) * Vowels) + second - FirstVowel) * Trailings);
        var isOpen = first is >= FirstSyllable and < FirstSyllable + (Leadings * Vowels * Trailings)
            && (first - FirstSyllable) % Trailings == 0;
        return isOpen && second is > NoTrailing and < NoTrailing + Trailings ? first + second - NoTrailing : -1;
    }
}
