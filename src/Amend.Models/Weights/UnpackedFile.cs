using Amend.Tensors.Files;
using static TorchSharp.torch;

namespace Amend.Models.Weights;

/// <summary>A file of a checkpoint that gives the packed matrices in it unpacked, each when it is loaded; owns the file.</summary>
public sealed class UnpackedFile : ITensorFile
{
    private readonly Dictionary<string, PackedMatrices> _packed;
    private readonly Dictionary<string, TensorEntry> _entries;

    private UnpackedFile(Checkpoint checkpoint, ITensorFile stored, IReadOnlyList<PackedMatrices> packed)
    {
        Stored = stored;
        _packed = packed.ToDictionary(matrices => matrices.Entry.Name, StringComparer.Ordinal);
        Entries =
        [
            .. stored.Entries.Where(entry => !PackedMatrices.IsPart(checkpoint, entry.Name)),
            .. packed.Select(matrices => matrices.Entry),
        ];
        _entries = Entries.ToDictionary(entry => entry.Name, StringComparer.Ordinal);
    }

    /// <summary>The file as it is stored; it belongs to this.</summary>
    public ITensorFile Stored { get; }

    /// <inheritdoc/>
    public string Path => Stored.Path;

    /// <inheritdoc/>
    public IReadOnlyList<TensorEntry> Entries { get; }

    /// <summary>A checkpoint whose packed matrices are unpacked; the checkpoint itself where it has none.</summary>
    /// <param name="checkpoint">The checkpoint; what is returned then owns its files.</param>
    /// <exception cref="Configuration.ModelFormatException">
    /// Packed matrices are of no such shapes; the checkpoint is closed then.
    /// </exception>
    public static Checkpoint Of(Checkpoint checkpoint)
    {
        try
        {
            return checkpoint.Names.Any(name => PackedMatrices.IsPart(checkpoint, name))
                ? checkpoint.Through(file => new UnpackedFile(checkpoint, file, PackedMatrices.In(checkpoint, file)))
                : checkpoint;
        }
        catch
        {
            checkpoint.Dispose();
            throw;
        }
    }

    /// <summary>How many of its tensors are packed in the file.</summary>
    internal int Packed => _packed.Count;

    /// <summary>Whether a tensor is packed in the file.</summary>
    public bool IsPacked(string name) => _packed.ContainsKey(name);

    /// <inheritdoc/>
    public bool Contains(string name) => _entries.ContainsKey(name);

    /// <inheritdoc/>
    public TensorEntry Entry(string name) => _entries.TryGetValue(name, out var entry) ? entry : Stored.Entry(name);

    /// <inheritdoc/>
    public Tensor Load(string name, ScalarType? dtype = null) => _packed.TryGetValue(name, out var matrices)
        ? matrices.Unpack(dtype ?? matrices.Entry.DType)
        : Stored.Load(name, dtype);

    /// <inheritdoc/>
    public Tensor LoadAt(string name, long index, ScalarType? dtype = null) => _packed.TryGetValue(name, out var matrices)
        ? matrices.UnpackAt(index, dtype ?? matrices.Entry.DType)
        : Stored.LoadAt(name, index, dtype);

    /// <inheritdoc/>
    public void Dispose() => Stored.Dispose();
}
