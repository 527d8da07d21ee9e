using static TorchSharp.torch;

namespace Amend.Models.Sources.Gguf;

/// <summary>
/// Rows of queries or keys in neighbouring pairs, as the architecture <c>llama</c> has them: in a head of K rows, row j of a checkpoint
/// is row 2j of the file for j &lt; K/2, else row 2(j − K/2) + 1. They are put back head by head in their own memory.
/// </summary>
/// <param name="heads">The number of heads.</param>
public sealed class PairedRows(int heads) : IGgufValues
{
    /// <inheritdoc/>
    public long[] ShapeOf(long[] stored) => stored;

    /// <inheritdoc/>
    public Tensor Load(Func<ScalarType, Tensor> read, ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        using var none = no_grad();
        var rows = read(dtype);
        var width = rows.shape[0] / heads;
        for (var head = 0; head < heads; head++)
        {
            using var one = NewDisposeScope();
            var part = rows.narrow(0, head * width, width);
            part.copy_(part.view([width / 2, 2, -1]).transpose(0, 1).reshape(part.shape));
        }

        return rows.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor ToFile(Tensor value) =>
        value.reshape([heads, 2, value.shape[0] / heads / 2, -1]).transpose(1, 2).reshape(value.shape);
}
