using System.Text;
using static TorchSharp.torch;

namespace Amend.Tensors.Files.PyTorch;

/// <summary>
/// An open PyTorch checkpoint (<c>torch.save</c> of a state_dict since PyTorch 1.6): a zip with a pickled index, which is read
/// by a short list of opcodes and globals and runs nothing, and storages, whose bytes are read when a tensor is loaded.
/// Loading from several threads at once is safe.
/// </summary>
public sealed class TorchFile : ITensorFile
{
    private const int MostPickleBytes = 1 << 24;
    private const string Index = "data.pkl";

    private readonly FileStream _stream;
    private readonly Dictionary<string, (TensorEntry Entry, TorchTensor View)> _tensors = new(StringComparer.Ordinal);

    private TorchFile(string path, FileStream stream)
    {
        Path = path;
        _stream = stream;
        var zip = ZipIndex.Read(stream.SafeFileHandle, stream.Length, path);
        var root = RootOf(zip);
        RefuseBigEndian(zip, root);
        var pickle = zip[root + Index];
        if (pickle.Length > MostPickleBytes)
            throw TorchFileProblem.Broken(path, $"its pickle has {pickle.Length} bytes, more than the {MostPickleBytes} that are read");
        foreach (var (name, view) in Tensors(PickleMachine.Read(Bytes(pickle), path)))
            Add(name, view, zip, root);
        Entries = [.. _tensors.Values.Select(tensor => tensor.Entry)];
    }

    /// <inheritdoc/>
    public string Path { get; }

    /// <inheritdoc/>
    public IReadOnlyList<TensorEntry> Entries { get; }

    /// <summary>Opens a file and checks its whole index against its length; the caller disposes.</summary>
    /// <exception cref="AmendException">
    /// The file is missing, broken, of the old form, or asks for what a state_dict does not need.
    /// </exception>
    public static TorchFile Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        FileStream? stream = null;
        try
        {
            if (GitLfsPointer.IsAt(path))
                throw new AmendException(GitLfsPointer.Describe(path));
            stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
            RefuseOldForm(stream, path);
            var file = new TorchFile(path, stream);
            stream = null;
            return file;
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new AmendException($"Cannot read '{path}' ({cause.Message.TrimEnd('.')}); "
                + "give the path of a PyTorch checkpoint that exists.", cause);
        }
        finally
        {
            stream?.Dispose();
        }
    }

    /// <inheritdoc/>
    public bool Contains(string name) => _tensors.ContainsKey(name);

    /// <inheritdoc/>
    public TensorEntry Entry(string name) => Find(name).Entry;

    /// <summary>Reads one tensor to the CPU; one whose elements do not lie in order is put in order. The caller disposes.</summary>
    /// <param name="name">The tensor's name.</param>
    /// <param name="dtype">The type to convert to; the file's own where it is not given.</param>
    /// <exception cref="AmendException">There is no such tensor, or the file changed after it was opened.</exception>
    public Tensor Load(string name, ScalarType? dtype = null)
    {
        ObjectDisposedException.ThrowIf(!_stream.CanRead, this);
        var (entry, view) = Find(name);
        if (view.IsContiguous)
            return StoredTensor.Read(entry.Shape, entry.DType, dtype, (bytes, place) => Fill(entry, bytes, place));
        using var scope = NewDisposeScope();
        var span_N = StoredTensor.Read([view.Span], entry.DType, dtype, (bytes, place) => Fill(entry, bytes, place));
        return span_N.as_strided(view.Shape, view.Stride, 0).contiguous().MoveToOuterDisposeScope();
    }

    /// <summary>Closes the file; tensors loaded from it stay.</summary>
    public void Dispose() => _stream.Dispose();

    private static void RefuseOldForm(FileStream stream, string path)
    {
        Span<byte> start = stackalloc byte[4];
        if (FileBytes.Fill(stream.SafeFileHandle, start, 0) < start.Length)
            throw TorchFileProblem.Broken(path, $"it has {stream.Length} bytes");
        if (start[0] == (byte)PickleOpcode.PROTO)
        {
            throw TorchFileProblem.Broken(
                path, "it is of the form before PyTorch 1.6, a bare pickle",
                    "open it with PyTorch and save it again, or take a safetensors file");
        }
    }

    private string RootOf(IReadOnlyDictionary<string, ZipEntry> zip)
    {
        var roots = zip.Keys.Where(name => name.Split('/') is [_, Index]).Select(name => name[..^Index.Length]).ToList();
        return roots is [var root]
            ? root
            : throw TorchFileProblem.Broken(Path, $"the zip has {roots.Count} entries FOLDER/{Index} where one is expected");
    }

    private void RefuseBigEndian(IReadOnlyDictionary<string, ZipEntry> zip, string root)
    {
        const int LongestName = 16;
        if (zip.TryGetValue(root + "byteorder", out var entry) && entry.Length <= LongestName
            && Encoding.ASCII.GetString(Bytes(entry)) is var order and not "little")
        {
            throw TorchFileProblem.Broken(Path, $"its byte order is {ShownName.Of(order)}, not 'little'",
                "save it on a little-endian machine");
        }
    }

    private IEnumerable<(string Name, TorchTensor View)> Tensors(object? value)
    {
        if (value is not PickleDict state)
            throw TorchFileProblem.Broken(Path, "it holds no state_dict", "save model.state_dict() with PyTorch");
        foreach (var name in state.Keys)
        {
            yield return state[name] is TorchTensor view
                ? (name, view)
                : throw TorchFileProblem.Broken(Path, $"its item {ShownName.Of(name)} is no tensor",
                    "save model.state_dict() alone with PyTorch");
        }
    }

    private void Add(string name, TorchTensor view, IReadOnlyDictionary<string, ZipEntry> zip, string root)
    {
        var (type, key, count) = (view.Storage.Type, view.Storage.Key, view.Storage.Count);
        if (!zip.TryGetValue($"{root}data/{key}", out var storage))
            throw TorchFileProblem.Broken(Path, $"tensor {ShownName.Of(name)} is in the storage '{key}', which the zip lacks");
        if (storage.Length / type.Bytes != count || storage.Length % type.Bytes != 0)
        {
            throw TorchFileProblem.Broken(
                Path, $"storage '{key}' of tensor {ShownName.Of(name)} has {storage.Length} bytes where a {type.Name} of {count} elements "
                    + "was said to be");
        }

        var begin = storage.Begin + (view.Offset * type.Bytes);
        _tensors.Add(name, (new TensorEntry(name, type.DType, view.Shape, begin, begin + (view.Span * type.Bytes)), view));
    }

    private byte[] Bytes(ZipEntry entry)
    {
        var bytes = new byte[entry.Length];
        return FileBytes.Fill(_stream.SafeFileHandle, bytes, entry.Begin) == bytes.Length
            ? bytes
            : throw TorchFileProblem.Broken(Path, $"it ends within entry {ShownName.Of(entry.Name)}");
    }

    private (TensorEntry Entry, TorchTensor View) Find(string name) =>
        _tensors.TryGetValue(name, out var found)
            ? found
            : throw new AmendException($"'{Path}' has no tensor {ShownName.Of(name)}; {KnownNames.Describe(name, _tensors.Keys)}.");

    private void Fill(TensorEntry entry, Span<byte> bytes, long place)
    {
        var filled = FileBytes.Fill(_stream.SafeFileHandle, bytes, entry.Begin + place);
        if (filled < bytes.Length)
        {
            throw TorchFileProblem.Broken(
                Path, $"tensor {ShownName.Of(entry.Name)} stops at byte {entry.Begin + place + filled}, "
                    + "so the file was cut off after it was opened");
        }

        if (entry.DType == ScalarType.Bool && bytes.IndexOfAnyExceptInRange((byte)0, (byte)1) is var wrong and >= 0)
            throw TorchFileProblem.Broken(Path,
                $"element {place + wrong} of the boolean tensor {ShownName.Of(entry.Name)} is {bytes[wrong]}, neither 0 nor 1");
    }
}
