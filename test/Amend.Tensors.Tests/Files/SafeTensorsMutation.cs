using System.Buffers.Binary;
using System.Text;

namespace Amend.Tensors.Tests.Files;

/// <summary>Breaks a safetensors file in one to three ways, from bits to whole fields.</summary>
internal static class SafeTensorsMutation
{
    private static readonly Func<byte[], Random, byte[]>[] Ways =
        [.. ByteMutation.Ways, ChangeLength, ReplaceDigit, ReplaceNumber, ReplaceWord];

    private static readonly string[] Numbers =
        ["-1", "0", "1", "1.5", "1e9", "2147483648", "4294967296", "9223372036854775807", "18446744073709551615", "99999999999999999999"];

    private static readonly string[] Words =
        ["F64", "F32", "F16", "BF16", "I64", "I32", "U8", "BOOL", "F8", "dtype", "shape", "data_offsets", "__metadata__", "weight", "x"];

    public static byte[] Mutate(byte[] original, Random random) => ByteMutation.Mutate(original, Ways, random);

    private static byte[] ChangeLength(byte[] bytes, Random random)
    {
        if (bytes.Length < 8)
            return bytes;
        var changed = bytes.ToArray();
        var length = random.Next(3) switch
        {
            0 => random.NextInt64(),
            1 => random.Next(2 * bytes.Length),
            _ => 1L << random.Next(64),
        };
        BinaryPrimitives.WriteInt64LittleEndian(changed, length);
        return changed;
    }

    private static byte[] ReplaceDigit(byte[] bytes, Random random)
    {
        var changed = bytes.ToArray();
        var digits = Enumerable.Range(0, bytes.Length).Where(i => char.IsAsciiDigit((char)bytes[i])).ToList();
        if (digits.Count > 0)
            changed[digits[random.Next(digits.Count)]] = (byte)('0' + random.Next(10));
        return changed;
    }

    private static byte[] ReplaceNumber(byte[] bytes, Random random) =>
        EditHeader(bytes, header => ReplaceRun(header, char.IsAsciiDigit, Numbers, random));

    private static byte[] ReplaceWord(byte[] bytes, Random random) =>
        EditHeader(bytes, header => ReplaceRun(header, c => char.IsAsciiLetterOrDigit(c) || c == '_', Words, random));

    private static string ReplaceRun(string header, Func<char, bool> belongs, string[] replacements, Random random)
    {
        var places = Enumerable.Range(0, header.Length)
            .Where(i => belongs(header[i]) && (i == 0 || !belongs(header[i - 1])))
            .ToList();
        if (places.Count == 0)
            return header;
        var start = places[random.Next(places.Count)];
        var end = start;
        while (end < header.Length && belongs(header[end]))
            end++;
        return header[..start] + replacements[random.Next(replacements.Length)] + header[end..];
    }

    /// <summary>Edits the header's text and writes the length that it then has, so that the edit itself is what is seen.</summary>
    private static byte[] EditHeader(byte[] bytes, Func<string, string> edit)
    {
        if (bytes.Length < 8)
            return bytes;
        var length = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        if (length > (ulong)bytes.Length - 8)
            return bytes;
        var end = 8 + (int)length;
        var header = Encoding.Latin1.GetBytes(edit(Encoding.Latin1.GetString(bytes, 8, (int)length)));
        var prefix = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(prefix, header.Length);
        return [.. prefix, .. header, .. bytes[end..]];
    }
}
