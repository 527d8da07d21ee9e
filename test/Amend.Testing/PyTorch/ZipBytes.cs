using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Amend.Testing.PyTorch;

/// <summary>Writes zips by hand as PyTorch does, entries stored and aligned to 64 bytes, so that broken ones can be made.</summary>
public sealed class ZipBytes
{
    private const int Alignment = 64;
    private readonly ArrayBufferWriter<byte> _file = new();
    private readonly ArrayBufferWriter<byte> _directory = new();
    private int _count;

    /// <summary>A checkpoint of a pickle and storages.</summary>
    public static byte[] Checkpoint(byte[] pickle, params (string Key, byte[] Bytes)[] storages)
    {
        var zip = new ZipBytes().Add("archive/data.pkl", pickle).Add("archive/byteorder", "little"u8.ToArray());
        foreach (var (key, bytes) in storages)
            zip.Add($"archive/data/{key}", bytes);
        return zip.Add("archive/version", "3\n"u8.ToArray()).Done();
    }

    public ZipBytes Add(string name, byte[] data, ushort method = 0, ushort flags = 0, uint? size = null, uint? place = null)
    {
        var utf8 = Encoding.UTF8.GetBytes(name);
        var (local, begin) = ((uint)_file.WrittenCount, (int)_file.WrittenCount + 30 + utf8.Length);
        var padding = ((Alignment - (begin % Alignment)) % Alignment) + Alignment;
        Write(_file, "PK\x03\x04"u8, 20, flags, method, 0, 0, 0u, size ?? (uint)data.Length, (uint)data.Length, (ushort)utf8.Length, (ushort)padding);
        _file.Write(utf8);
        _file.Write(new byte[padding]);
        _file.Write(data);
        Write(
            _directory, "PK\x01\x02"u8, 20, 20, flags, method, 0, 0, 0u, size ?? (uint)data.Length, size ?? (uint)data.Length, (ushort)utf8.Length,
            0, 0, 0, 0, 0u, place ?? local);
        _directory.Write(utf8);
        _count++;
        return this;
    }

    public byte[] Done(int? count = null)
    {
        var start = (uint)_file.WrittenCount;
        _file.Write(_directory.WrittenSpan.ToArray());
        Write(_file, "PK\x05\x06"u8, 0, 0, (ushort)(count ?? _count), (ushort)(count ?? _count), (uint)_directory.WrittenCount, start, 0);
        return _file.WrittenSpan.ToArray();
    }

    /// <summary>Writes a signature and fields: unsigned values of 4 bytes, others of 2.</summary>
    private static void Write(ArrayBufferWriter<byte> to, ReadOnlySpan<byte> signature, params ReadOnlySpan<object> fields)
    {
        to.Write(signature);
        foreach (var field in fields)
        {
            var bytes = new byte[field is uint ? 4 : 2];
            if (field is uint wide)
                BinaryPrimitives.WriteUInt32LittleEndian(bytes, wide);
            else
                BinaryPrimitives.WriteUInt16LittleEndian(bytes, Convert.ToUInt16(field, null));
            to.Write(bytes);
        }
    }
}
