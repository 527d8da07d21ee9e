using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;

namespace Amend.Testing;

/// <summary>Writes npz files as NumPy does: <c>savez</c> stores, <c>savez_compressed</c> deflates.</summary>
public static class NpzBytes
{
    /// <summary>A whole file.</summary>
    public static byte[] File(CompressionLevel level, params (string Name, byte[] Array)[] arrays)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, array) in arrays)
            {
                using var entry = zip.CreateEntry(name, level).Open();
                entry.Write(array);
            }
        }

        return stream.ToArray();
    }

    /// <summary>A whole array: its head, as <c>numpy.lib.format</c> pads it, and its elements.</summary>
    public static byte[] Array(string descr, string shape, byte[] elements, string order = "False", byte version = 1)
    {
        var head = $"{{'descr': '{descr}', 'fortran_order': {order}, 'shape': {shape}, }}";
        return Raw(head, elements, version);
    }

    /// <summary>An array of a head of one's own.</summary>
    public static byte[] Raw(string head, byte[] elements, byte version = 1)
    {
        var sizeBytes = version == 1 ? 2 : 4;
        var length = (head.Length + 1 + 8 + sizeBytes + 63) / 64 * 64 - 8 - sizeBytes;
        var text = Encoding.Latin1.GetBytes(head.PadRight(length - 1) + "\n");
        var size = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(size, length);
        return [0x93, .. "NUMPY"u8, version, 0, .. size.AsSpan(0, sizeBytes), .. text, .. elements];
    }

    /// <summary>Elements in order.</summary>
    public static byte[] Of<T>(params T[] values)
        where T : unmanaged => MemoryMarshal.AsBytes<T>(values).ToArray();

    /// <summary>A single text.</summary>
    public static byte[] Text(string text) => Array($"<U{text.Length}", "()", Encoding.UTF32.GetBytes(text));
}
