using static TorchSharp.torch;

namespace Amend.Tensors.Files.Gguf;

/// <summary>
/// An open GGUF file, or the first part of a split one with the others found beside it (ggml's text of the format, versions 2 and 3):
/// the header is read and checked once, the bytes of a tensor only when it is loaded. Loading from several threads at once is safe.
/// </summary>
public sealed class GgufFile : ITensorFile
{
    private readonly List<GgufPart> _parts;
    private readonly Dictionary<string, (GgufPart Part, GgufTensor Tensor)> _tensors = new(StringComparer.Ordinal);

    private GgufFile(List<GgufPart> parts)
    {
        _parts = parts;
        foreach (var part in parts)
        {
            foreach (var tensor in part.Tensors)
                Add(part, tensor);
        }

        Entries = [.. parts.SelectMany(part => part.Tensors).Select(tensor => tensor.Entry)];
    }

    /// <summary>The path that the file, or its first part, was opened by.</summary>
    public string Path => _parts[0].Path;

    /// <summary>The keys of the file, or of its first part, with their values; arrays are read from the file when asked for.</summary>
    public GgufMetadata Metadata => _parts[0].Metadata;

    /// <summary>
    /// The tensors in the order of the list, part by part. Shapes are row by row, the file's dimensions reversed; the type is what
    /// <see cref="Load"/> gives by default, float32 for blocks.
    /// </summary>
    public IReadOnlyList<TensorEntry> Entries { get; }

    /// <summary>Opens a file and checks its whole header against its length; the caller disposes.</summary>
    /// <param name="path">A file, or the first part of a split one, <c>NAME-00001-of-00003.gguf</c>.</param>
    /// <exception cref="GgufException">
    /// The file or a part is missing, unreadable or breaks the format, or a later part was given.
    /// </exception>
    public static GgufFile Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var parts = new List<GgufPart>();
        try
        {
            parts.Add(GgufPart.Open(path));
            GgufSplit.OpenOthers(parts);
            return new(parts);
        }
        catch
        {
            parts.ForEach(part => part.Dispose());
            throw;
        }
    }

    /// <summary>Whether the file has a tensor of this name.</summary>
    public bool Contains(string name) => _tensors.ContainsKey(name);

    /// <summary>What the file says of a tensor; its place counts from the begin of the data of its part.</summary>
    /// <exception cref="GgufException">There is no tensor of this name.</exception>
    public TensorEntry Entry(string name) => Find(name).Tensor.Entry;

    /// <summary>The type that a tensor has in the file.</summary>
    /// <exception cref="GgufException">There is no tensor of this name.</exception>
    public GgufType TypeOf(string name) => Find(name).Tensor.Type;

    /// <summary>
    /// Reads one tensor to the CPU; blocks are made to numbers piece by piece, straight into its own memory. The caller disposes.
    /// </summary>
    /// <param name="name">The tensor's name.</param>
    /// <param name="dtype">The type to convert to, from float32 for blocks; the entry's where it is not given.</param>
    /// <exception cref="GgufException">There is no such tensor, or the file changed after it was opened.</exception>
    public Tensor Load(string name, ScalarType? dtype = null)
    {
        var (part, tensor) = Find(name);
        return part.Load(tensor, dtype);
    }

    /// <inheritdoc/>
    public Tensor LoadAt(string name, long index, ScalarType? dtype = null)
    {
        var (part, tensor) = Find(name);
        return part.Load(tensor with { Entry = tensor.Entry.At(index) }, dtype);
    }

    /// <summary>A tensor of the file as it is to be written to another: the same name, type, shape and bytes.</summary>
    /// <param name="name">The tensor's name.</param>
    /// <exception cref="GgufException">There is no such tensor; or, when it is written, the file changed after it was opened.</exception>
    public GgufContent Content(string name)
    {
        var (part, tensor) = Find(name);
        return new GgufContent(name, tensor.Type, tensor.Entry.Shape, stream => part.Copy(tensor, stream));
    }

    /// <summary>Closes the file and its other parts; tensors loaded from them stay, arrays of the metadata are read no more.</summary>
    public void Dispose() => _parts.ForEach(part => part.Dispose());

    private void Add(GgufPart part, GgufTensor tensor)
    {
        var name = tensor.Entry.Name;
        if (!_tensors.TryAdd(name, (part, tensor)))
        {
            throw GgufException.Broken(
                part.Path, $"it is a part that has the tensor {ShownName.Of(name)}, which stands in '{_tensors[name].Part.Path}' too");
        }
    }

    private (GgufPart Part, GgufTensor Tensor) Find(string name) =>
        _tensors.TryGetValue(name, out var found)
            ? found
            : throw new GgufException($"'{Path}' has no tensor {ShownName.Of(name)}; {KnownNames.Describe(name, _tensors.Keys)}.");
}
