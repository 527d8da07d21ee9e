using System.Buffers.Binary;
using System.Text;

namespace Amend.Tensors.Tests.Files;

/// <summary>Builds safetensors files by hand, so that broken ones can be made.</summary>
internal static class SafeTensorsBytes
{
    public static byte[] File(string json, int dataLength) => File(Encoding.UTF8.GetBytes(json), dataLength);

    public static byte[] File(byte[] header, int dataLength) => File((ulong)header.Length, header, dataLength);

    public static byte[] File(ulong claimedLength, byte[] header, int dataLength)
    {
        var file = new byte[8 + header.Length + dataLength];
        BinaryPrimitives.WriteUInt64LittleEndian(file, claimedLength);
        header.CopyTo(file, 8);
        return file;
    }
}
