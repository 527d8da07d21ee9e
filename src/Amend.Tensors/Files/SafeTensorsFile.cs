using static TorchSharp.torch;

namespace Amend.Tensors.Files;

/// <summary>
/// An open safetensors file: the header is read and checked once, the bytes of a tensor only when it is loaded.
/// Loading from several threads at once is safe.
/// </summary>
public sealed class SafeTensorsFile : ITensorFile
{
    private readonly FileStream _stream;
    private readonly SafeTensorsHeader _header;
    private readonly Dictionary<string, TensorEntry> _entries;

    private SafeTensorsFile(string path, FileStream stream, SafeTensorsHeader header)
    {
        Path = path;
        _stream = stream;
        _header = header;
        _entries = header.Entries.ToDictionary(entry => entry.Name, StringComparer.Ordinal);
    }

    /// <summary>The path that the file was opened by.</summary>
    public string Path { get; }

    /// <summary>The strings that the file's writer put beside the tensors; empty where there are none.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _header.Metadata;

    /// <summary>The tensors in the order of their bytes.</summary>
    public IReadOnlyList<TensorEntry> Entries => _header.Entries;

    /// <summary>Where in the file the tensors' bytes begin.</summary>
    internal long DataStart => _header.DataStart;

    /// <summary>Opens a file and checks its whole header against its length; the caller disposes.</summary>
    /// <exception cref="SafeTensorsException">The file is missing, unreadable or breaks the format.</exception>
    public static SafeTensorsFile Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        FileStream? stream = null;
        try
        {
            if (GitLfsPointer.IsAt(path))
                throw new SafeTensorsException(SafeTensorsError.GitLfsPointer, GitLfsPointer.Describe(path));
            stream = new FileStream(
                path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
            var file = new SafeTensorsFile(path, stream, SafeTensorsHeader.Read(stream, path));
            stream = null;
            return file;
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new SafeTensorsException(
                SafeTensorsError.Unreadable,
                $"Cannot read '{path}' ({cause.Message.TrimEnd('.')}); give the path of a safetensors file that exists.",
                cause);
        }
        finally
        {
            stream?.Dispose();
        }
    }

    /// <summary>Whether the file has a tensor of this name.</summary>
    public bool Contains(string name) => _entries.ContainsKey(name);

    /// <summary>What the file says of a tensor.</summary>
    /// <exception cref="SafeTensorsException">There is no tensor of this name.</exception>
    public TensorEntry Entry(string name) =>
        _entries.TryGetValue(name, out var entry)
            ? entry
            : throw new SafeTensorsException(
                SafeTensorsError.TensorNotFound,
                $"'{Path}' has no tensor {ShownName.Of(name)}; {KnownNames.Describe(name, _entries.Keys)}.");

    /// <summary>Reads one tensor to the CPU, straight into its own memory or converted piece by piece; the caller disposes.</summary>
    /// <param name="name">The tensor's name.</param>
    /// <param name="dtype">The type to convert to; the file's own where it is not given.</param>
    /// <exception cref="SafeTensorsException">There is no such tensor, or the file changed after it was opened.</exception>
    public Tensor Load(string name, ScalarType? dtype = null)
    {
        ObjectDisposedException.ThrowIf(!_stream.CanRead, this);
        return Load(Entry(name), dtype);
    }

    /// <inheritdoc/>
    public Tensor LoadAt(string name, long index, ScalarType? dtype = null)
    {
        ObjectDisposedException.ThrowIf(!_stream.CanRead, this);
        return Load(Entry(name).At(index), dtype);
    }

    /// <summary>Closes the file; tensors loaded from it stay.</summary>
    public void Dispose() => _stream.Dispose();

    private Tensor Load(TensorEntry entry, ScalarType? dtype) =>
        StoredTensor.Read(entry.Shape, entry.DType, dtype, (bytes, place) => Fill(entry, bytes, place));

    private void Fill(TensorEntry entry, Span<byte> bytes, long place)
    {
        var at = _header.DataStart + entry.Begin + place;
        var filled = ReadAt(bytes, at);
        if (filled < bytes.Length)
        {
            throw SafeTensorsException.Broken(
                SafeTensorsError.DataTruncated,
                Path,
                $"tensor {ShownName.Of(entry.Name)} stops at byte {at + filled}, so the file was cut off after it was opened");
        }

        if (entry.DType == ScalarType.Bool && bytes.IndexOfAnyExceptInRange((byte)0, (byte)1) is var wrong and >= 0)
        {
            throw SafeTensorsException.Broken(
                SafeTensorsError.InvalidBoolean,
                Path,
                $"element {place + wrong} of the BOOL tensor {ShownName.Of(entry.Name)} is {bytes[wrong]}, neither 0 nor 1");
        }
    }

    private int ReadAt(Span<byte> bytes, long at)
    {
        try
        {
            return FileBytes.Fill(_stream.SafeFileHandle, bytes, at);
        }
        catch (IOException cause)
        {
            throw new SafeTensorsException(
                SafeTensorsError.Unreadable,
                $"Cannot read {bytes.Length} bytes of '{Path}' at byte {at} ({cause.Message.TrimEnd('.')}); check the disk.",
                cause);
        }
    }
}
