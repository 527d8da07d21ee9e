namespace Amend.Tensors.Tests.Files;

/// <summary>Breaks the bytes of a file of any form; a form adds ways of its own.</summary>
internal static class ByteMutation
{
    private const int MostAppended = 200;

    /// <summary>The ways that any file can be broken in.</summary>
    public static IReadOnlyList<Func<byte[], Random, byte[]>> Ways { get; } =
        [FlipBit, InsertByte, DeleteByte, Truncate, RepeatPart, Append];

    /// <summary>Breaks a file in one to three ways.</summary>
    public static byte[] Mutate(byte[] original, IReadOnlyList<Func<byte[], Random, byte[]>> ways, Random random)
    {
        var bytes = original;
        for (var i = random.Next(3); i >= 0; i--)
            bytes = ways[random.Next(ways.Count)](bytes, random);
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

    private static byte[] RepeatPart(byte[] bytes, Random random)
    {
        var start = random.Next(bytes.Length + 1);
        var end = random.Next(start, bytes.Length + 1);
        return [.. bytes[..end], .. bytes[start..]];
    }

    private static byte[] Append(byte[] bytes, Random random) => [.. bytes, .. new byte[random.Next(1, MostAppended)]];
}
