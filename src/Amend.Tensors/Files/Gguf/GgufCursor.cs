using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Amend.Tensors.Files.Gguf;

/// <summary>
/// Reads a header forwards through a small window. Every length that the file claims is checked against what is left of it
/// before anything is allocated or passed over.
/// </summary>
internal sealed class GgufCursor
{
    /// <summary>The longest text that is read: a chat template has some thousand bytes.</summary>
    private const int MostTextBytes = 1 << 26;

    private const int MostWindowBytes = 1 << 16;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly GgufBytes _file;
    private readonly byte[] _window;
    private int _held;
    private int _next;
    private long _windowEnd;

    public GgufCursor(GgufBytes file, long position = 0)
    {
        _file = file;
        _window = new byte[Math.Min(file.Length - position, MostWindowBytes)];
        _windowEnd = position;
    }

    /// <summary>The place of the next byte.</summary>
    public long Position => _windowEnd - _held + _next;

    /// <summary>How many bytes the file has from here on.</summary>
    public long Left => _file.Length - Position;

    /// <summary>What is being read, for messages.</summary>
    public GgufPlace Place { get; set; } = new("its header");

    /// <summary>How many arrays are open around the next byte.</summary>
    public int Depth { get; set; }

    /// <summary>The next number, little-endian as the format and all machines that .NET 10 runs on.</summary>
    public T Read<T>()
        where T : unmanaged => MemoryMarshal.Read<T>(Take(Unsafe.SizeOf<T>()));

    /// <summary>The next numbers.</summary>
    public T[] ReadMany<T>(int count)
        where T : unmanaged
    {
        RefuseBeyond((long)count * Unsafe.SizeOf<T>());
        var values = new T[count];
        Fill(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }

    /// <summary>The next byte as a truth value.</summary>
    public bool ReadFlag()
    {
        var value = Read<byte>();
        return value <= 1 ? value == 1 : throw Broken($"has at byte {Position - 1} the invalid bool value {value}, neither 0 nor 1");
    }

    /// <summary>The next text: its length in 64 bits and its bytes in UTF-8.</summary>
    public string ReadText()
    {
        var length = ReadTextLength();
        var at = Position;
        if (length > MostTextBytes)
            throw Broken($"has at byte {at} a text of {length} bytes, more than the {MostTextBytes} that are read");
        try
        {
            if (length <= MostWindowBytes)
                return StrictUtf8.GetString(Take((int)length));
            var bytes = new byte[length];
            Fill(bytes);
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException cause)
        {
            throw Broken($"has at byte {at} a text of {length} bytes that is not valid UTF-8", cause);
        }
    }

    /// <summary>Goes over the next text without making it.</summary>
    public void PassText() => Pass(ReadTextLength());

    /// <summary>Goes over bytes.</summary>
    public void Pass(long count)
    {
        RefuseBeyond(count);
        if (count <= _held - _next)
        {
            _next += (int)count;
            return;
        }

        _windowEnd = Position + count;
        (_held, _next) = (0, 0);
    }

    /// <summary>Refuses a claim of more bytes than are left.</summary>
    public void RefuseBeyond(long count)
    {
        if (count > Left)
            throw Broken($"needs {count} bytes at byte {Position}, but the file ends {Left} bytes later: it is cut off or damaged");
    }

    /// <summary>The failure of what is being read.</summary>
    public GgufException Broken(string found, Exception? inner = null) =>
        GgufException.Broken(_file.Path, $"{Place} {found}", inner: inner);

    private long ReadTextLength()
    {
        var at = Position;
        var length = Read<ulong>();
        return length <= (ulong)Left
            ? (long)length
            : throw Broken($"claims at byte {at} a text length of {length} bytes, but the file ends {Left} bytes later: "
                + "it is cut off or the length is impossible");
    }

    /// <summary>The next bytes, no more of them than a window holds.</summary>
    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _held - _next)
            Refill(count);
        var taken = _window.AsSpan(_next, count);
        _next += count;
        return taken;
    }

    private void Refill(int count)
    {
        RefuseBeyond(count);
        var kept = _window.AsSpan(_next, _held - _next);
        kept.CopyTo(_window);
        (_held, _next) = (kept.Length, 0);
        var read = _file.Fill(_window.AsSpan(_held), _windowEnd);
        _held += read;
        _windowEnd += read;
        if (_held < count)
            throw CutOff();
    }

    private void Fill(Span<byte> bytes)
    {
        var held = Math.Min(bytes.Length, _held - _next);
        Take(held).CopyTo(bytes);
        var rest = bytes[held..];
        if (rest.IsEmpty)
            return;
        if (_file.Fill(rest, Position) < rest.Length)
            throw CutOff();
        Pass(rest.Length);
    }

    private GgufException CutOff() => Broken($"stops at byte {Position}: the file was cut off after it was opened");
}

/// <summary>A place in a header, made to words only where a message needs them: <c>its metadata (key 'x')</c>.</summary>
/// <param name="Part">The part of the header.</param>
/// <param name="Unit">What the part is a list of.</param>
/// <param name="Number">Which of them, from 1; 0 for the part itself.</param>
/// <param name="Name">Its name, once it is known.</param>
internal readonly record struct GgufPlace(string Part, string Unit = "", long Number = 0, string? Name = null)
{
    /// <inheritdoc/>
    public override string ToString() => Number == 0 ? Part : $"{Part} ({Unit} {(Name is null ? Number : ShownName.Of(Name))})";
}
