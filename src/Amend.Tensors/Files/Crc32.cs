namespace Amend.Tensors.Files;

/// <summary>The check sum of zip entries (APPNOTE.TXT 4.4.7), taken piece by piece.</summary>
internal sealed class Crc32
{
    private const uint Polynomial = 0xEDB88320;
    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(Entry)];
    private uint _state = uint.MaxValue;

    /// <summary>The sum of all that was taken.</summary>
    public uint Value => ~_state;

    /// <summary>Takes the next bytes.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        var state = _state;
        foreach (var value in bytes)
            state = (state >> 8) ^ Table[(byte)(state ^ value)];
        _state = state;
    }

    private static uint Entry(int index)
    {
        var value = (uint)index;
        for (var bit = 0; bit < 8; bit++)
            value = (value & 1) == 1 ? (value >> 1) ^ Polynomial : value >> 1;
        return value;
    }
}
