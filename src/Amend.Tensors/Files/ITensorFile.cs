using static TorchSharp.torch;

namespace Amend.Tensors.Files;

/// <summary>
/// An open file of named tensors, whatever its format: what it holds was read and checked once, the bytes of a tensor are
/// read only when it is loaded. Loading from several threads at once is safe.
/// </summary>
public interface ITensorFile : IDisposable
{
    /// <summary>The path that the file was opened by.</summary>
    string Path { get; }

    /// <summary>The tensors in the order of the file.</summary>
    IReadOnlyList<TensorEntry> Entries { get; }

    /// <summary>
    /// What the file itself calls a tensor, whether it is there or not; a file that gives its tensors under other names says so here.
    /// </summary>
    string NameInFile(string name) => name;

    /// <summary>Whether the file has a tensor of this name.</summary>
    bool Contains(string name);

    /// <summary>What the file says of a tensor.</summary>
    /// <exception cref="AmendException">There is no tensor of this name.</exception>
    TensorEntry Entry(string name);

    /// <summary>Reads one tensor to the CPU; the caller disposes.</summary>
    /// <param name="name">The tensor's name.</param>
    /// <param name="dtype">The type to convert to; the file's own where it is not given.</param>
    /// <exception cref="AmendException">There is no such tensor, or the file changed after it was opened.</exception>
    Tensor Load(string name, ScalarType? dtype = null);

    /// <summary>
    /// Reads one of the tensors that lie one behind the other in a tensor, along its first dimension; the caller disposes. A file whose
    /// bytes lie so reads no others.
    /// </summary>
    /// <param name="name">The name of the whole.</param>
    /// <param name="index">Which of them.</param>
    /// <param name="dtype">The type to convert to; the file's own where it is not given.</param>
    /// <exception cref="AmendException">There is no such tensor, or the file changed after it was opened.</exception>
    Tensor LoadAt(string name, long index, ScalarType? dtype = null)
    {
        using var scope = NewDisposeScope();
        return Load(name, dtype)[index].clone().MoveToOuterDisposeScope();
    }
}

/// <summary>What a file of tensors says of one of them.</summary>
/// <param name="Name">The tensor's name.</param>
/// <param name="DType">The type of its elements in the file.</param>
/// <param name="Shape">Its shape; empty for a scalar.</param>
/// <param name="Begin">Its first byte, counted from where the file's data begin: in safetensors after the header.</param>
/// <param name="End">The byte after its last, counted likewise.</param>
public sealed record TensorEntry(string Name, ScalarType DType, long[] Shape, long Begin, long End)
{
    /// <summary>The tensor's size in bytes.</summary>
    public long Length => End - Begin;

    /// <summary>What it says of one of the tensors along the first dimension, where their bytes lie one behind the other.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer of them.</exception>
    public TensorEntry At(long index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Shape[0]);
        var length = Length / Shape[0];
        return this with { Shape = Shape[1..], Begin = Begin + (index * length), End = Begin + ((index + 1) * length) };
    }
}
