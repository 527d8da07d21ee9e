using System.Buffers.Binary;

namespace Amend.Tensors.Tests.Files;

/// <summary>Looks like a file whose header has <c>claimed</c> bytes and which holds them all, without having them.</summary>
internal sealed class HugeStream(long claimed) : MemoryStream
{
    public override long Length => 8 + claimed;

    public override int Read(Span<byte> buffer)
    {
        if (buffer.Length != 8)
            throw new InvalidOperationException($"Something asked for {buffer.Length} bytes of a header that must not be read.");
        BinaryPrimitives.WriteInt64LittleEndian(buffer, claimed);
        return buffer.Length;
    }
}
