using System.Buffers.Binary;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Amend.Tensors.Files.PyTorch;

/// <summary>
/// The entries of a zip of stored (uncompressed) files with their places, so that their bytes can be read where they lie
/// (APPNOTE.TXT 4.3, with Zip64). Compressed, encrypted, overlapping and badly named entries are refused.
/// </summary>
internal sealed class ZipIndex
{
    private const int EndBytes = 22;
    private const int LongestComment = ushort.MaxValue;
    private const int CentralBytes = 46;
    private const int LocalBytes = 30;
    private const int MostEntries = 1_000_000;
    private const int MostDirectoryBytes = 100_000_000;

    private readonly SafeFileHandle _file;
    private readonly long _length;
    private readonly string _path;

    private ZipIndex(SafeFileHandle file, long length, string path)
    {
        _file = file;
        _length = length;
        _path = path;
    }

    /// <summary>Reads the directory at the end of a zip; nothing is allocated before its size is checked.</summary>
    /// <exception cref="AmendException">The file is no zip, is cut off, or holds an entry that is refused.</exception>
    public static IReadOnlyDictionary<string, ZipEntry> Read(SafeFileHandle file, long length, string path) =>
        new ZipIndex(file, length, path).Read();

    private Dictionary<string, ZipEntry> Read()
    {
        var (count, size, start) = FindDirectory();
        if (count > MostEntries || size > MostDirectoryBytes || start < 0 || size < 0 || start > _length - size)
            throw Broken($"its zip directory claims {count} entries in {size} bytes at byte {start} of {_length}");
        var directory = Bytes(start, (int)size);
        var entries = new Dictionary<string, ZipEntry>(StringComparer.Ordinal);
        var at = 0;
        for (long i = 0; i < count; i++)
        {
            var entry = ReadEntry(directory, ref at, start);
            if (!entry.Name.EndsWith('/') && !entries.TryAdd(entry.Name, entry))
                throw Broken($"two entries are named {ShownName.Of(entry.Name)}");
        }

        RefuseOverlaps(entries.Values);
        return entries;
    }

    private (long Count, long Size, long Start) FindDirectory()
    {
        var tail = Bytes(Math.Max(0, _length - EndBytes - LongestComment), (int)Math.Min(_length, EndBytes + LongestComment));
        var end = tail.AsSpan().LastIndexOf("PK\x05\x06"u8);
        if (end < 0 || tail.Length - end < EndBytes)
            throw Broken("it has no zip directory at its end, so it is cut off or another format");
        var record = tail.AsSpan(end);
        var (count, size, start) = (U16(record, 10), U32(record, 12), U32(record, 16));
        if (count != ushort.MaxValue && size != uint.MaxValue && start != uint.MaxValue)
            return (count, size, start);
        const int LocatorBytes = 20;
        const int LongEndBytes = 56;
        if (end < LocatorBytes || !tail.AsSpan(end - LocatorBytes).StartsWith("PK\x06\x07"u8))
            return (count, size, start);
        var place = I64(tail, end - LocatorBytes + 8);
        if (place < 0 || place > _length - LongEndBytes)
            throw Broken($"its long zip directory is placed at byte {place} of {_length}");
        var longEnd = Bytes(place, LongEndBytes);
        return longEnd.AsSpan().StartsWith("PK\x06\x06"u8)
            ? (I64(longEnd, 32), I64(longEnd, 40), I64(longEnd, 48))
            : throw Broken($"there is no long zip directory at byte {place}, where one is said to be");
    }

    private ZipEntry ReadEntry(byte[] directory, ref int at, long directoryStart)
    {
        var rest = directory.AsSpan(at);
        if (rest.Length < CentralBytes || !rest.StartsWith("PK\x01\x02"u8))
            throw Broken($"its zip directory breaks off at byte {directoryStart + at}");
        int nameBytes = U16(rest, 28), extraBytes = U16(rest, 30), commentBytes = U16(rest, 32);
        if (rest.Length < CentralBytes + nameBytes + extraBytes + commentBytes)
            throw Broken($"its zip directory breaks off at byte {directoryStart + at}");
        var name = Encoding.UTF8.GetString(rest.Slice(CentralBytes, nameBytes));
        RefuseName(name);
        const int Encrypted = 1;
        if ((U16(rest, 8) & Encrypted) != 0)
            throw Broken($"entry {ShownName.Of(name)} is encrypted");
        if (U16(rest, 10) is var method and not 0)
            throw Broken($"entry {ShownName.Of(name)} is compressed (method {method}), which PyTorch never does");
        var (packed, size, local) = Sizes(rest, name, nameBytes, extraBytes);
        if (packed != size)
            throw Broken($"entry {ShownName.Of(name)} is said to have {size} bytes and {packed} in the zip");
        at += CentralBytes + nameBytes + extraBytes + commentBytes;
        return new ZipEntry(name, DataOf(name, local, size, directoryStart), size);
    }

    private (long Packed, long Size, long Local) Sizes(ReadOnlySpan<byte> entry, string name, int nameBytes, int extraBytes)
    {
        long packed = U32(entry, 20), size = U32(entry, 24), local = U32(entry, 42);
        var extra = entry.Slice(CentralBytes + nameBytes, extraBytes);
        while (extra.Length >= 4)
        {
            int id = U16(extra, 0), length = U16(extra, 2);
            if (length > extra.Length - 4)
                break;
            if (id == 1)
            {
                var field = extra.Slice(4, length);
                size = Take(ref field, size);
                packed = Take(ref field, packed);
                local = Take(ref field, local);
                break;
            }

            extra = extra[(4 + length)..];
        }

        return size >= 0 && packed >= 0 && local >= 0
            ? (packed, size, local)
            : throw Broken($"entry {ShownName.Of(name)} is said to have {size} bytes at byte {local}");
    }

    private long DataOf(string name, long local, long size, long directoryStart)
    {
        if (local > directoryStart - LocalBytes)
            throw Broken($"entry {ShownName.Of(name)} is placed at byte {local}, after the {directoryStart} that hold entries");
        var header = Bytes(local, LocalBytes);
        if (!header.AsSpan().StartsWith("PK\x03\x04"u8))
            throw Broken($"there is no entry {ShownName.Of(name)} at byte {local}, where it is said to be");
        var begin = local + LocalBytes + U16(header, 26) + U16(header, 28);
        return size <= directoryStart - begin
            ? begin
            : throw Broken($"entry {ShownName.Of(name)} claims {size} bytes at byte {begin}, "
                + $"of which only {Math.Max(0, directoryStart - begin)} are there");
    }

    private void RefuseName(string name)
    {
        var parts = name.Split('/');
        if (name.Length == 0 || name.IndexOfAny(['\\', ':', '\0']) >= 0 || parts[0].Length == 0 || parts.Contains("..")
            || parts.Contains("."))
            throw Broken($"an entry is named {ShownName.Of(name)}, which is not a plain path inside the zip");
    }

    private void RefuseOverlaps(IEnumerable<ZipEntry> entries)
    {
        ZipEntry? before = null;
        foreach (var entry in entries.OrderBy(entry => entry.Begin).ThenBy(entry => entry.Length))
        {
            if (before is not null && entry.Begin < before.Begin + before.Length)
                throw Broken($"entries {ShownName.Of(before.Name)} and {ShownName.Of(entry.Name)} share bytes");
            before = entry;
        }
    }

    private byte[] Bytes(long at, int count)
    {
        var bytes = new byte[count];
        return FileBytes.Fill(_file, bytes, at) == count ? bytes : throw Broken($"it ends within the {count} bytes at byte {at}");
    }

    private AmendException Broken(string found) => TorchFileProblem.Broken(_path, found);

    /// <summary>The next value of a Zip64 field, which is there for each 32-bit value that says "too large".</summary>
    private static long Take(ref ReadOnlySpan<byte> field, long value)
    {
        if (value != uint.MaxValue || field.Length < 8)
            return value;
        var taken = BinaryPrimitives.ReadInt64LittleEndian(field);
        field = field[8..];
        return taken;
    }

    private static ushort U16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static uint U32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private static long I64(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadInt64LittleEndian(bytes[at..]);
}

/// <summary>One file in a zip, stored without compression.</summary>
/// <param name="Name">Its path in the zip.</param>
/// <param name="Begin">Its first byte in the zip file.</param>
/// <param name="Length">Its size in bytes.</param>
internal sealed record ZipEntry(string Name, long Begin, long Length);
