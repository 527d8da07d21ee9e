using System.Text.Json;

namespace Amend.Evaluation.Datasets;

/// <summary>Reads a stream that holds one JSON array element by element; only the element in hand is in memory.</summary>
internal sealed class JsonArrayReader
{
    private const int FirstBufferBytes = 1 << 16;
    private readonly Stream _stream;
    private byte[] _buffer = new byte[FirstBufferBytes];
    private JsonReaderState _state;
    private long _offset;
    private int _start;
    private int _end;
    private bool _streamEnded;
    private bool _inside;
    private bool _done;

    public JsonArrayReader(Stream stream) => _stream = stream;

    /// <summary>Where the last element stands in the stream.</summary>
    public BytePlace Place { get; private set; }

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>The next element, or null after the last; the caller disposes it.</summary>
    /// <exception cref="JsonException">The text is not a JSON array, or breaks off.</exception>
    public JsonDocument? Next()
    {
        while (!_done)
        {
            if (TryNext() is { } element)
                return element;
            if (!_done)
                Fill();
        }

        return null;
    }

    private JsonDocument? TryNext()
    {
        var reader = new Utf8JsonReader(_buffer.AsSpan(_start, _end - _start), _streamEnded, _state);
        JsonDocument? element = null;
        if (!_inside && reader.Read())
            _inside = reader.TokenType == JsonTokenType.StartArray ? true : throw new JsonException("the file does not begin with '['");
        if (_inside)
            element = Element(ref reader);
        _start += (int)reader.BytesConsumed;
        _state = reader.CurrentState;
        return element;
    }

    private JsonDocument? Element(ref Utf8JsonReader reader)
    {
        var ahead = reader;
        if (!ahead.Read())
            return null;
        if (ahead.TokenType == JsonTokenType.EndArray)
        {
            reader = ahead;
            _done = true;
            return null;
        }

        var start = ahead.TokenStartIndex;
        if (!JsonDocument.TryParseValue(ref ahead, out var element))
            return null;
        Place = new BytePlace(_offset + _start + start, (int)(ahead.BytesConsumed - start));
        reader = ahead;
        return element;
    }

    private void Fill()
    {
        if (_streamEnded)
            throw new JsonException("the file ends too early");
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_offset, _start, _end) = (_offset + _start, 0, _end - _start);
        if (_end == _buffer.Length)
            Array.Resize(ref _buffer, _buffer.Length * 2);
        var count = _stream.Read(_buffer, _end, _buffer.Length - _end);
        _end += count;
        _streamEnded = count == 0;
        if (!_inside && _buffer.AsSpan(_start, _end - _start).StartsWith(ByteOrderMark))
            _start += ByteOrderMark.Length;
    }
}

/// <summary>Bytes of a file.</summary>
/// <param name="Start">The first byte, from 0.</param>
/// <param name="Length">How many.</param>
internal readonly record struct BytePlace(long Start, int Length);
