using static TorchSharp.torch;

namespace Amend.Editing.HyperNetworks.Rows;

/// <summary>
/// A change of a matrix as its factors: ΔW = Σ α δ uᵀ over rows of gradients, transformed or not (Mitchell et al. 2022, section 3.2). Its
/// sign is learned, so that it is added.
/// </summary>
/// <param name="Left">α δ of each row, <c>[N,out]</c>.</param>
/// <param name="Right">u of each row, <c>[N,in]</c>.</param>
/// <param name="Edits">The edit that each row belongs to, <c>[N]</c> int64.</param>
internal sealed record RowUpdate(Tensor Left, Tensor Right, Tensor Edits)
{
    /// <summary>ΔW, <c>[out,in]</c>, with gradients, in the caller's dispose scope.</summary>
    public Tensor ToDense()
    {
        using var scope = NewDisposeScope();
        return Left.t().matmul(Right).MoveToOuterDisposeScope();
    }

    /// <summary>The sum of this change and another, in the caller's dispose scope.</summary>
    public RowUpdate With(RowUpdate other) =>
        new(cat([Left, other.Left], 0), cat([Right, other.Right], 0), cat([Edits, other.Edits], 0));
}
