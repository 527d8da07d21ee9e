using System.Buffers.Binary;

namespace Amend.Tensors.Tests.Files.Gguf;

/// <summary>Breaks a GGUF file in one to three ways, from bits to lengths and counts.</summary>
internal static class GgufMutation
{
    private static readonly Func<byte[], Random, byte[]>[] Ways =
        [.. ByteMutation.Ways, ReplaceLong, ReplaceInt, ReplaceLengthAtText];

    private static readonly ulong[] Numbers =
        [0, 1, 2, 3, 8, 9, 12, 13, 255, 256, 4096, 1UL << 31, 1UL << 32, 1UL << 40, 1UL << 61, 1UL << 62, 1UL << 63, ulong.MaxValue - 31, ulong.MaxValue];

    public static byte[] Mutate(byte[] original, Random random) => ByteMutation.Mutate(original, Ways, random);

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
