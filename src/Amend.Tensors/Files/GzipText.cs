using System.Buffers.Binary;
using System.IO.Compression;

namespace Amend.Tensors.Files;

/// <summary>
/// The text of a gzip file, read from beginning to end. Broken data is one sentence with the file's name; so is a file that ends too
/// early, which the framework takes for the end of the text.
/// </summary>
internal sealed class GzipText(FileStream file) : Stream
{
    private const int TrailerBytes = 8;
    private readonly GZipStream _text = new(file, CompressionMode.Decompress);
    private long _read;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException($"The length of '{file.Name}' is known only once it is decompressed.");

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException($"'{file.Name}' is decompressed from its beginning and has no places.");
        set => Seek(value, SeekOrigin.Begin);
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        try
        {
            var count = _text.Read(buffer);
            _read += count;
            if (count == 0 && buffer.Length > 0)
                CheckEnd();
            return count;
        }
        catch (InvalidDataException cause)
        {
            throw new BrokenTextException(
                $"The compressed file '{file.Name}' is broken or ends too early ({cause.Message.TrimEnd('.')}); download it again.", cause);
        }
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) =>
        throw new NotSupportedException($"'{file.Name}' is decompressed from its beginning; byte {offset} cannot be gone to.");

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException($"'{file.Name}' is open for reading only.");

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException($"'{file.Name}' is open for reading only.");

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _text.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>
    /// Each part ends with the CRC-32 and the length of its text (RFC 1952, section 2.3.1); those of the last part must fit.
    /// </summary>
    private void CheckEnd()
    {
        Span<byte> trailer = stackalloc byte[TrailerBytes];
        if (FileBytes.Fill(file.SafeFileHandle, trailer, Math.Max(0, file.Length - TrailerBytes)) < TrailerBytes)
            throw new InvalidDataException($"it has {file.Length} bytes");
        var (sum, length) = (BinaryPrimitives.ReadUInt32LittleEndian(trailer), BinaryPrimitives.ReadUInt32LittleEndian(trailer[4..]));
        var isWhole = (uint)_read == length || (_read > length && SumBehind(_read - length) == sum);
        if (!isWhole)
            throw new InvalidDataException($"its end does not fit the {_read} bytes of text that it holds");
    }

    /// <summary>The CRC-32 of the text behind a place: that of the last part, where the file has several.</summary>
    private uint SumBehind(long place)
    {
        using var again = new GZipStream(File.OpenRead(file.Name), CompressionMode.Decompress);
        var (sum, at) = (new Crc32(), 0L);
        var buffer = new byte[1 << 16];
        while (again.Read(buffer) is > 0 and var count)
        {
            var passed = (int)Math.Clamp(place - at, 0, count);
            sum.Add(buffer.AsSpan(passed, count - passed));
            at += count;
        }

        return sum.Value;
    }
}
