namespace Amend.Models.Tokenizers.Text;

/// <summary>GPT-2's printable stand-ins for the 256 bytes: printable bytes stand for themselves, the others from U+0100 on.</summary>
public static class ByteLevelAlphabet
{
    private const int First = 256;
    private static readonly char[] Characters = Make();
    private static readonly Dictionary<char, byte> Bytes = Enumerable.Range(0, First).ToDictionary(b => Characters[b], b => (byte)b);

    /// <summary>The stand-in of each byte, in the order of the bytes.</summary>
    public static ReadOnlySpan<char> All => Characters;

    /// <summary>The stand-in of a byte.</summary>
    public static char Of(byte value) => Characters[value];

    /// <summary>The byte that a stand-in stands for; false where the character is none.</summary>
    public static bool TryByteOf(char character, out byte value) => Bytes.TryGetValue(character, out value);

    private static char[] Make()
    {
        var characters = new char[First];
        var next = First;
        for (var value = 0; value < First; value++)
        {
            var printable = value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF);
            characters[value] = printable ? (char)value : (char)next++;
        }

        return characters;
    }
}
