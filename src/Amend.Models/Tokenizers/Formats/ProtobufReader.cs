using System.Buffers.Binary;
using System.Text;

namespace Amend.Models.Tokenizers.Formats;

/// <summary>Reads the fields of a protocol-buffer message one after another.</summary>
internal ref struct ProtobufReader
{
    private const int MostVarintBytes = 10;
    private ReadOnlySpan<byte> _rest;
    private ReadOnlySpan<byte> _bytes;
    private ulong _number;

    /// <summary>Creates a reader over a message.</summary>
    public ProtobufReader(ReadOnlySpan<byte> message) => _rest = message;

    /// <summary>The present field's number.</summary>
    public int Field { get; private set; }

    /// <summary>The present field as an integer.</summary>
    public readonly int Int32 => (int)_number;

    /// <summary>The present field as a truth value.</summary>
    public readonly bool Boolean => _number != 0;

    /// <summary>The present field as a float32.</summary>
    public readonly float Single => BitConverter.UInt32BitsToSingle((uint)_number);

    /// <summary>The present field as bytes or an inner message.</summary>
    public readonly ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>The present field as a text.</summary>
    public readonly string String => Encoding.UTF8.GetString(_bytes);

    /// <summary>Goes to the next field; false at the end.</summary>
    /// <exception cref="FormatException">The message is cut off or is none.</exception>
    public bool Read()
    {
        if (_rest.IsEmpty)
            return false;
        var key = Varint();
        Field = (int)(key >> 3);
        _number = 0;
        _bytes = default;
        switch (key & 7)
        {
            case 0:
                _number = Varint();
                break;
            case 1:
                _number = BinaryPrimitives.ReadUInt64LittleEndian(Take(sizeof(ulong)));
                break;
            case 2:
                _bytes = Take(Varint());
                break;
            case 5:
                _number = BinaryPrimitives.ReadUInt32LittleEndian(Take(sizeof(uint)));
                break;
            default:
                throw new FormatException($"it is no protocol-buffer message: a field of wire type {key & 7}");
        }

        return Field > 0 ? true : throw new FormatException($"it is no protocol-buffer message: a field of number {Field}");
    }

    private ulong Varint()
    {
        var value = 0UL;
        for (var at = 0; at < MostVarintBytes && at < _rest.Length; at++)
        {
            value |= (ulong)(_rest[at] & 0x7F) << (7 * at);
            if (_rest[at] < 0x80)
            {
                _rest = _rest[(at + 1)..];
                return value;
            }
        }

        throw new FormatException($"it is no protocol-buffer message: a number is cut off, {_rest.Length} bytes before the end");
    }

    private ReadOnlySpan<byte> Take(ulong length)
    {
        if (length > (ulong)_rest.Length)
            throw new FormatException($"it is cut off: a field of {length} bytes has {_rest.Length}");
        var taken = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return taken;
    }
}
