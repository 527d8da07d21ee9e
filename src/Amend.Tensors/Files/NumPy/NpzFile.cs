using System.IO.Compression;
using System.Text;
using static TorchSharp.torch;

namespace Amend.Tensors.Files.NumPy;

/// <summary>
/// An open <c>npz</c> file: a zip of NumPy arrays, stored or deflated. Arrays of plain numbers and single texts are read;
/// objects, which NumPy would unpickle, never are. The bytes of an array are read, and their check sum is checked, when it is
/// loaded. Loading from several threads at once is safe, one after the other.
/// </summary>
public sealed class NpzFile : ITensorFile
{
    private const string Extension = ".npy";
    private const int MostEntries = 4096;
    private const int MostTextBytes = 1 << 16;

    /// <summary>Deflate makes no byte of more than so many (RFC 1951: 258 bytes from 2 bits).</summary>
    private const int MostDeflated = 1032;

    private readonly FileStream _stream;
    private readonly ZipArchive _zip;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (ZipArchiveEntry Zipped, NpyHeader Header)> _arrays = new(StringComparer.Ordinal);
    private readonly List<TensorEntry> _entries = [];

    private NpzFile(string path, FileStream stream, ZipArchive zip)
    {
        (Path, _stream, _zip) = (path, stream, zip);
        if (zip.Entries.Count > MostEntries)
            throw Broken($"it has {zip.Entries.Count} entries, more than the {MostEntries} that are read");
        foreach (var zipped in zip.Entries)
            Add(zipped);
    }

    /// <inheritdoc/>
    public string Path { get; }

    /// <summary>The arrays of numbers, in the order of the file.</summary>
    public IReadOnlyList<TensorEntry> Entries => _entries;

    /// <summary>Opens a file and reads the head of every array; the caller disposes.</summary>
    /// <exception cref="AmendException">The file is missing, no zip, cut off, or has an entry that is no array.</exception>
    public static NpzFile Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        FileStream? stream = null;
        try
        {
            stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            var file = new NpzFile(path, stream, new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true, Encoding.UTF8));
            stream = null;
            return file;
        }
        catch (InvalidDataException cause)
        {
            throw Problem(path, $"it is no whole zip ({cause.Message.TrimEnd('.')})", cause);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new AmendException($"Cannot read '{path}' ({cause.Message.TrimEnd('.')}); "
                + "give the path of an npz file that exists.", cause);
        }
        finally
        {
            stream?.Dispose();
        }
    }

    /// <inheritdoc/>
    public bool Contains(string name) => _entries.Exists(entry => entry.Name == name);

    /// <inheritdoc/>
    public TensorEntry Entry(string name) => _entries.Find(entry => entry.Name == name)
        ?? throw (_arrays.TryGetValue(name, out var other)
            ? Broken($"its array {ShownName.Of(name)} has the type {ShownName.Of(other.Header.Descr)}, "
                + "and only plain little-endian numbers are read")
            : new AmendException($"'{Path}' has no array {ShownName.Of(name)}; {KnownNames.Describe(name, _arrays.Keys)}."));

    /// <inheritdoc/>
    public Tensor Load(string name, ScalarType? dtype = null)
    {
        ObjectDisposedException.ThrowIf(!_stream.CanRead, this);
        var (shape, header) = (Entry(name).Shape, _arrays[name].Header);
        long[] stored = header.IsFortran ? [.. Enumerable.Reverse(shape)] : shape;
        using var scope = NewDisposeScope();
        var value = Reading(name, next => StoredTensor.Read(stored, header.DType!.Value, dtype, (bytes, _) => next(bytes)));
        return (header.IsFortran
            ? value.permute([.. Enumerable.Range(0, shape.Length).Select(i => (long)(shape.Length - 1 - i))]).contiguous()
            : value).MoveToOuterDisposeScope();
    }

    /// <summary>A single text, as <c>numpy.savez</c> writes a string; null where there is none of the name.</summary>
    /// <exception cref="AmendException">The text is longer than any that is meant here, or broken.</exception>
    public string? Text(string name)
    {
        if (!_arrays.TryGetValue(name, out var array) || array.Header.TextLength is not { } length)
            return null;
        if (length > MostTextBytes / 4)
            throw Broken($"its text {ShownName.Of(name)} has {length} characters");
        var bytes = new byte[4 * length];
        Reading(name, next =>
        {
            next(bytes);
            return 0;
        });
        return Encoding.UTF32.GetString(bytes).TrimEnd('\0');
    }

    /// <summary>Closes the file; tensors loaded from it stay.</summary>
    public void Dispose()
    {
        _zip.Dispose();
        _stream.Dispose();
    }

    private void Add(ZipArchiveEntry zipped)
    {
        if (!zipped.FullName.EndsWith(Extension, StringComparison.Ordinal))
            throw Broken($"its entry {ShownName.Of(zipped.FullName)} is no NumPy array");
        if (zipped.IsEncrypted)
            throw Broken($"its entry {ShownName.Of(zipped.FullName)} is encrypted");
        if (zipped.CompressedLength > _stream.Length || zipped.Length / MostDeflated > zipped.CompressedLength)
            throw Broken($"its entry {ShownName.Of(zipped.FullName)} claims {zipped.Length} bytes in {zipped.CompressedLength} of a file "
                + $"of {_stream.Length}");
        var name = zipped.FullName[..^Extension.Length];
        using var stream = zipped.Open();
        var header = NpyHeader.Read(stream, found => Broken($"its array {ShownName.Of(name)} cannot be read: {found}"));
        if (!_arrays.TryAdd(name, (zipped, header)))
            throw Broken($"two of its arrays are named {ShownName.Of(name)}");
        if (header.DType is not { } dtype)
            return;
        var bytes = ElementBytes(name, header);
        if (bytes != zipped.Length - header.Bytes)
            throw Broken($"its array {ShownName.Of(name)} of shape [{string.Join(", ", header.Shape)}] has {zipped.Length - header.Bytes} "
                + $"bytes where {bytes} are due");
        _entries.Add(new TensorEntry(name, dtype, header.Shape, header.Bytes, zipped.Length));
    }

    private long ElementBytes(string name, NpyHeader header)
    {
        try
        {
            return header.ElementBytes();
        }
        catch (OverflowException cause)
        {
            throw Problem(Path, $"its array {ShownName.Of(name)} has the shape [{string.Join(", ", header.Shape)}], "
                + "beyond all files", cause);
        }
    }

    /// <summary>Reads an array's elements in order, all of them, and checks their sum.</summary>
    private T Reading<T>(string name, Func<Next, T> read)
    {
        lock (_gate)
        {
            var (zipped, header) = _arrays[name];
            try
            {
                using var stream = zipped.Open();
                var sum = new Crc32();
                var head = new byte[header.Bytes];
                Fill(head);
                var value = read(Fill);
                if (stream.ReadByte() < 0 && sum.Value == zipped.Crc32)
                    return value;
                (value as IDisposable)?.Dispose();
                throw Broken($"its array {ShownName.Of(name)} has the check sum {sum.Value:x8} where {zipped.Crc32:x8} is due");

                void Fill(Span<byte> bytes)
                {
                    if (stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
                        throw Broken($"its array {ShownName.Of(name)} ends early");
                    sum.Add(bytes);
                }
            }
            catch (Exception cause) when (cause is InvalidDataException or IOException)
            {
                throw Problem(Path, $"its array {ShownName.Of(name)} cannot be unpacked ({cause.Message.TrimEnd('.')})", cause);
            }
        }
    }

    private AmendException Broken(string found) => Problem(Path, found, null);

    private static AmendException Problem(string path, string found, Exception? cause)
    {
        var sentence = $"Cannot read '{path}' as an npz of NumPy arrays: {found}; "
            + "download the file again, or save it with numpy.savez as plain arrays.";
        return cause is null ? new AmendException(sentence) : new AmendException(sentence, cause);
    }

    private delegate void Next(Span<byte> bytes);
}
