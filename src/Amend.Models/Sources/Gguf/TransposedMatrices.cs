using static TorchSharp.torch;

namespace Amend.Models.Sources.Gguf;

/// <summary>
/// Matrices that a checkpoint holds as <c>[in,out]</c> and the file as <c>[out,in]</c>: GPT-2's <c>Conv1D</c>. Nothing is copied.
/// </summary>
public sealed class TransposedMatrices : IGgufValues
{
    /// <inheritdoc/>
    public long[] ShapeOf(long[] stored) => stored is [var rows, var columns] ? [columns, rows] : stored;

    /// <inheritdoc/>
    public Tensor Load(Func<ScalarType, Tensor> read, ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        var stored = read(dtype);
        return ToFile(stored).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor ToFile(Tensor value) => value.dim() == 2 ? value.t() : value.alias();
}
