using static TorchSharp.torch;

namespace Amend.Models.Weights;

/// <summary>
/// Where a parameter lies in a tensor of a file that holds it for several modules, one behind the other along its first dimension, as files
/// hold the same matrix of all experts.
/// </summary>
/// <param name="Tensor">The tensor's name.</param>
/// <param name="Index">Which of the modules.</param>
/// <param name="Count">Their number.</param>
public sealed record StackPlace(string Tensor, int Index, int Count)
{
    /// <summary>Whether each module's matrix lies as <c>[in,out]</c>; false by default.</summary>
    public bool IsTurned { get; init; }

    /// <summary>Which rows of the module's matrix the parameter is; all by default.</summary>
    public RowShare Rows { get; init; } = RowShare.All;

    /// <summary>The shape of the tensor.</summary>
    /// <param name="shape">The parameter's, <c>[out,in]</c> or <c>[out]</c>.</param>
    internal long[] ShapeOfWhole(long[] shape)
    {
        long[] own = [shape[0] * Rows.Count, .. shape[1..]];
        return [Count, .. IsTurned ? own.Reverse() : own];
    }

    /// <summary>The parameter as a part of its module's matrix or vector: a view, in the caller's dispose scope.</summary>
    internal Tensor In(Tensor module) => Rows.Of(IsTurned && module.dim() == 2 ? module.t() : module);
}

/// <summary>A part of a matrix's rows.</summary>
/// <param name="Index">Which part.</param>
/// <param name="Count">In how many like parts the rows are.</param>
/// <param name="IsInterleaved">Whether the parts' rows take turns; if not, they lie one part behind the other.</param>
public sealed record RowShare(int Index, int Count, bool IsInterleaved)
{
    /// <summary>All rows.</summary>
    public static RowShare All { get; } = new(0, 1, IsInterleaved: false);

    /// <summary>The rows of the part: a view, in the caller's dispose scope.</summary>
    internal Tensor Of(Tensor matrix)
    {
        var rows = matrix.shape[0];
        return IsInterleaved ? matrix.slice(0, Index, rows, Count) : matrix.narrow(0, Index * (rows / Count), rows / Count);
    }
}
