using static TorchSharp.torch;

namespace Amend.Editing.Editors.Mend;

/// <summary>
/// MEND's change of a matrix as its factors: ΔW = Σ α δ̃ ũᵀ over the rows (Mitchell et al. 2022, section 3.2), with the sign learned, so
/// that it is added.
/// </summary>
/// <param name="Left">α δ̃ of each row, <c>[N,out]</c>.</param>
/// <param name="Right">ũ of each row, <c>[N,in]</c>.</param>
/// <param name="Edits">The edit that each row belongs to, <c>[N]</c> int64.</param>
internal sealed record MendUpdate(Tensor Left, Tensor Right, Tensor Edits)
{
    /// <summary>ΔW, <c>[out,in]</c>, with gradients, in the caller's dispose scope.</summary>
    public Tensor ToDense()
    {
        using var scope = NewDisposeScope();
        return Left.t().matmul(Right).MoveToOuterDisposeScope();
    }
}
