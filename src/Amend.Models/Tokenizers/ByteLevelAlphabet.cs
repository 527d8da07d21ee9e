namespace Amend.Models.Tokenizers;

/// <summary>GPT-2's printable stand-ins for the 256 bytes: printable bytes stand for themselves, the others from U+0100 on.</summary>
public static class ByteLevelAlphabet
{
    private static readonly char[] Characters = Make();

    /// <summary>The stand-in of each byte, in the order of the bytes.</summary>
    public static ReadOnlySpan<char> All => Characters;

    /// <summary>The stand-in of a byte.</summary>
    public static char Of(byte value) => Characters[value];

    private static char[] Make()
    {
        var characters = new char[256];
        var next = 256;
        for (var value = 0; value < 256; value++)
        {
            var printable = value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF);
            characters[value] = printable ? (char)value : (char)next++;
        }

        return characters;
    }
}
