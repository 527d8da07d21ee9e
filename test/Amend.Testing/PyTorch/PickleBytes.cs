using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Amend.Testing.PyTorch;

/// <summary>Writes pickles by hand, opcode by opcode, so that honest and hostile ones can be made.</summary>
public sealed class PickleBytes
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    /// <summary>The pickle so far, with STOP.</summary>
    public byte[] Done() => [.. _bytes.WrittenSpan, (byte)'.'];

    public PickleBytes Op(char opcode) => Raw((byte)opcode);

    public PickleBytes Raw(params ReadOnlySpan<byte> bytes)
    {
        _bytes.Write(bytes);
        return this;
    }

    public PickleBytes Proto() => Raw(0x80, 2);

    public PickleBytes Global(string module, string name) => Raw((byte)'c').Raw(Encoding.UTF8.GetBytes($"{module}\n{name}\n"));

    public PickleBytes Text(string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        return Raw((byte)'X').U32((uint)utf8.Length).Raw(utf8);
    }

    public PickleBytes Number(long value)
    {
        if (value is >= 0 and < 256)
            return Raw((byte)'K', (byte)value);
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return Raw(0x8a, 8).Raw(bytes);
    }

    public PickleBytes U32(uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return Raw(bytes);
    }

    public PickleBytes Numbers(params ReadOnlySpan<long> values)
    {
        Op('(');
        foreach (var value in values)
            Number(value);
        return Op('t');
    }

    /// <summary>An empty OrderedDict.</summary>
    public PickleBytes OrderedDict() => Global("collections", "OrderedDict").Op(')').Op('R');

    /// <summary>A storage by its persistent id.</summary>
    public PickleBytes Storage(string type, string key, long count) =>
        Op('(').Text("storage").Global("torch", type).Text(key).Text("cpu").Number(count).Op('t').Op('Q');

    /// <summary>A tensor as <c>_rebuild_tensor_v2</c> makes it.</summary>
    public PickleBytes Tensor(string type, string key, long count, long offset, long[] shape, long[] stride) =>
        Global("torch._utils", "_rebuild_tensor_v2")
            .Op('(').Storage(type, key, count).Number(offset).Numbers(shape).Numbers(stride).Raw(0x89).OrderedDict().Op('t').Op('R');

    /// <summary>A tensor of one element in storage 0, of four floats.</summary>
    public PickleBytes SomeTensor() => Tensor("FloatStorage", "0", 4, 0, [2, 2], [2, 1]);
}
