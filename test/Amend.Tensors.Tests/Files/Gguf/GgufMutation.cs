using System.Buffers.Binary;

namespace Amend.Tensors.Tests.Files.Gguf;

/// <summary>Breaks a GGUF file in one to three ways, from bits to lengths and counts.</summary>
internal static class GgufMutation
{
    private static readonly Func<byte[], Random, byte[]>[] Ways =
        [FlipBit, InsertByte, DeleteByte, Truncate, ReplaceLong, ReplaceInt, ReplaceLengthAtText, RepeatPart, Append];

    private static readonly ulong[] Numbers =
        [0, 1, 2, 3, 8, 9, 12, 13, 255, 256, 4096, 1UL << 31, 1UL << 32, 1UL << 40, 1UL << 61, 1UL << 62, 1UL << 63, ulong.MaxValue - 31, ulong.MaxValue];

    public static byte[] Mutate(byte[] original, Random random)
    {
        var bytes = original;
        for (var i = random.Next(3); i >= 0; i--)
            bytes = Ways[random.Next(Ways.Length)](bytes, random);
        return bytes;
    }

    private static byte[] FlipBit(byte[] bytes, Random random)
    {
        var changed = bytes.ToArray();
        if (changed.Length > 0)
            changed[random.Next(changed.Length)] ^= (byte)(1 << random.Next(8));
        return changed;
    }

    private static byte[] InsertByte(byte[] bytes, Random random)
    {
        var place = random.Next(bytes.Length + 1);
        return [.. bytes[..place], (byte)random.Next(256), .. bytes[place..]];
    }

    private static byte[] DeleteByte(byte[] bytes, Random random)
    {
        var place = random.Next(Math.Max(1, bytes.Length));
        return [.. bytes.Take(place), .. bytes.Skip(place + 1)];
    }

    private static byte[] Truncate(byte[] bytes, Random random) => bytes[..random.Next(bytes.Length + 1)];

    private static byte[] Append(byte[] bytes, Random random) => [.. bytes, .. new byte[random.Next(1, 200)]];

    private static byte[] RepeatPart(byte[] bytes, Random random)
    {
        var start = random.Next(bytes.Length + 1);
        var end = random.Next(start, bytes.Length + 1);
        return [.. bytes[..end], .. bytes[start..]];
    }

    private static byte[] ReplaceLong(byte[] bytes, Random random) => Replace(bytes, random.Next(Math.Max(1, bytes.Length - 7)), random, isLong: true);

    private static byte[] ReplaceInt(byte[] bytes, Random random) => Replace(bytes, random.Next(Math.Max(1, bytes.Length - 7)), random, isLong: false);

    /// <summary>Replaces the eight bytes before a letter that no letter precedes: mostly the length of a text.</summary>
    private static byte[] ReplaceLengthAtText(byte[] bytes, Random random)
    {
        var places = Enumerable.Range(8, Math.Max(0, bytes.Length - 8))
            .Where(i => char.IsAsciiLetter((char)bytes[i]) && bytes[i - 1] == 0)
            .ToList();
        return places.Count == 0 ? bytes : Replace(bytes, places[random.Next(places.Count)] - 8, random, isLong: true);
    }

    private static byte[] Replace(byte[] bytes, int place, Random random, bool isLong)
    {
        if (bytes.Length < place + 8)
            return bytes;
        var changed = bytes.ToArray();
        var number = random.Next(2) == 0 ? Numbers[random.Next(Numbers.Length)] : (ulong)random.Next(2 * bytes.Length);
        if (isLong)
            BinaryPrimitives.WriteUInt64LittleEndian(changed.AsSpan(place), number);
        else
            BinaryPrimitives.WriteUInt32LittleEndian(changed.AsSpan(place), (uint)number);
        return changed;
    }
}
