using System.Globalization;

namespace Amend.Models.Tokenizers.Normalization;

/// <summary>
/// Decompositions, compositions and combining classes of Unicode 15.0, from a table in the assembly: a program without ICU
/// (<c>InvariantGlobalization</c>) gets strings back as they are when it asks .NET to normalize them.
/// </summary>
internal static class UnicodeTable
{
    private const string Resource = "unicode-decompositions.txt";
    private static readonly Dictionary<int, byte> Classes = [];
    private static readonly Dictionary<int, (int[] Parts, bool IsCanonical)> Decompositions = [];
    private static readonly Dictionary<(int, int), int> Compositions = [];

    static UnicodeTable()
    {
        using var stream = typeof(UnicodeTable).Assembly.GetManifestResourceStream(typeof(UnicodeTable), Resource)
            ?? throw new InvalidOperationException($"The assembly has no resource {Resource}.");
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
            Read(line);
    }

    /// <summary>The canonical combining class; 0 for what begins a character.</summary>
    public static int ClassOf(int codePoint) => codePoint < 0x300 ? 0 : Classes.GetValueOrDefault(codePoint);

    /// <summary>One step of decomposition; null where there is none.</summary>
    /// <param name="codePoint">The character.</param>
    /// <param name="compatibility">Whether compatibility decompositions count.</param>
    public static int[]? Decompose(int codePoint, bool compatibility) =>
        codePoint < 0xA0 ? null
        : Hangul.Decompose(codePoint) is { } syllable ? syllable
        : Decompositions.TryGetValue(codePoint, out var found) && (found.IsCanonical || compatibility) ? found.Parts
        : null;

    /// <summary>The character that two compose to, or -1.</summary>
    public static int Compose(int first, int second) =>
        Hangul.Compose(first, second) is >= 0 and var syllable ? syllable : Compositions.GetValueOrDefault((first, second), -1);

    private static void Read(string line)
    {
        if (line.StartsWith('#'))
            return;
        if (line.StartsWith('@'))
        {
            var parts = line[1..].Split(' ');
            foreach (var range in parts[1..].Select(part => part.Split('-')))
            {
                for (var codePoint = Hex(range[0]); codePoint <= Hex(range[^1]); codePoint++)
                    Classes[codePoint] = byte.Parse(parts[0], CultureInfo.InvariantCulture);
            }

            return;
        }

        var sign = line.IndexOfAny(['=', '!', '~']);
        var character = Hex(line[..sign]);
        int[] decomposition = [.. line[(sign + 1)..].Split(' ').Select(Hex)];
        Decompositions[character] = (decomposition, line[sign] != '~');
        if (line[sign] == '=' && decomposition is [var first, var second])
            Compositions[(first, second)] = character;
    }

    private static int Hex(string text) => int.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
