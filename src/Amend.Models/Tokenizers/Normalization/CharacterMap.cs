using System.Buffers.Binary;
using System.Text;
using Amend.Models.Tokenizers.Text;

namespace Amend.Models.Tokenizers.Normalization;

/// <summary>
/// SentencePiece's compiled normalization rules (<c>precompiled_charsmap</c>): a Darts double array over UTF-8 whose values are
/// places of zero-terminated replacements.
/// </summary>
internal sealed class CharacterMap
{
    private const int SizeOfLength = 4;
    private readonly uint[] _units;
    private readonly byte[] _replacements;

    private CharacterMap(uint[] units, byte[] replacements)
    {
        _units = units;
        _replacements = replacements;
    }

    /// <summary>Reads a compiled map; null where it is empty, which is no normalization.</summary>
    /// <exception cref="FormatException">The map is broken.</exception>
    public static CharacterMap? Read(ReadOnlySpan<byte> compiled)
    {
        if (compiled.IsEmpty)
            return null;
        var size = compiled.Length < SizeOfLength ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(compiled);
        if (size == 0 || size % sizeof(uint) != 0 || size > compiled.Length - SizeOfLength)
            throw new FormatException($"its normalization map of {compiled.Length} bytes says that {size} of them are an index");
        var units = new uint[size / sizeof(uint)];
        for (var at = 0; at < units.Length; at++)
            units[at] = BinaryPrimitives.ReadUInt32LittleEndian(compiled[(SizeOfLength + (at * sizeof(uint)))..]);
        return new CharacterMap(units, compiled[(SizeOfLength + (int)size)..].ToArray());
    }

    /// <summary>The longest rule that fits at a place.</summary>
    public bool TryLongest(string text, int start, out string replacement, out int end) =>
        TryFind(text, start, isLongest: true, out replacement, out end);

    /// <summary>The shortest rule that fits at a place.</summary>
    public bool TryShortest(string text, int start, out string replacement, out int end) =>
        TryFind(text, start, isLongest: false, out replacement, out end);

    private bool TryFind(string text, int start, bool isLongest, out string replacement, out int end)
    {
        Span<byte> bytes = stackalloc byte[4];
        var (node, value) = (Offset(_units[0]), -1);
        end = start;
        for (var at = start; at < text.Length && (value < 0 || isLongest);)
        {
            var rune = CodePoints.At(text, at, out var length);
            at += length;
            var found = -1;
            foreach (var letter in bytes[..rune.EncodeToUtf8(bytes)])
            {
                if (!TryStep(ref node, letter, out found))
                {
                    at = text.Length;
                    found = -1;
                    break;
                }
            }

            if (found >= 0)
                (value, end) = (found, at);
        }

        replacement = value < 0 ? "" : ReplacementAt(value);
        return value >= 0;
    }

    private bool TryStep(ref uint node, byte letter, out int value)
    {
        value = -1;
        node ^= letter;
        if (node >= _units.Length || (_units[node] & 0x800000FF) != letter)
            return false;
        var unit = _units[node];
        node ^= Offset(unit);
        if (((unit >> 8) & 1) == 1 && node < _units.Length)
            value = (int)(_units[node] & 0x7FFFFFFF);
        return true;
    }

    private static uint Offset(uint unit) => (unit >> 10) << (int)((unit & (1 << 9)) >> 6);

    private string ReplacementAt(int value)
    {
        if (value >= _replacements.Length)
            return "";
        var rest = _replacements.AsSpan(value);
        var length = rest.IndexOf((byte)0);
        return Encoding.UTF8.GetString(length < 0 ? rest : rest[..length]);
    }
}
