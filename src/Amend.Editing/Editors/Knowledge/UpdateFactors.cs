using static TorchSharp.torch;

namespace Amend.Editing.Editors.Knowledge;

/// <summary>
/// An update in its factors, ΔW = s (∇ ⊙ a_out a_inᵀ + b_out b_inᵀ): the gradient through a gate of rank one, and a shift of rank one
/// (De Cao et al. 2021, eq. 6). The tensors belong to the scope that they were made in.
/// </summary>
/// <param name="GateOut">a_out, <c>[out]</c>.</param>
/// <param name="GateIn">a_in, <c>[in]</c>.</param>
/// <param name="ShiftOut">b_out, <c>[out]</c>.</param>
/// <param name="ShiftIn">b_in, <c>[in]</c>.</param>
/// <param name="Scale">s, <c>[1]</c>.</param>
internal sealed record UpdateFactors(Tensor GateOut, Tensor GateIn, Tensor ShiftOut, Tensor ShiftIn, Tensor Scale)
{
    /// <summary>ΔW for a gradient.</summary>
    /// <param name="gradient">∇, <c>[out,in]</c>.</param>
    /// <returns><c>[out,in]</c> with gradients, in the caller's dispose scope.</returns>
    public Tensor Update(Tensor gradient)
    {
        using var scope = NewDisposeScope();
        var gate_OI = (GateOut * Scale).outer(GateIn);
        return ((gradient * gate_OI) + (ShiftOut * Scale).outer(ShiftIn)).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// ⟨G, ΔW⟩ for a slope G = ∂L/∂ΔW: its gradient with respect to the factors is that of L. It is found from products with vectors,
    /// so no matrix of the graph is kept.
    /// </summary>
    /// <param name="gradient">∇, <c>[out,in]</c>.</param>
    /// <param name="slope">G, <c>[out,in]</c>.</param>
    /// <returns><c>[1]</c> with gradients, in the caller's dispose scope.</returns>
    public Tensor Along(Tensor gradient, Tensor slope)
    {
        using var scope = NewDisposeScope();
        var ofGate = GateOut.dot((gradient * slope).mv(GateIn));
        var ofShift = ShiftOut.dot(slope.mv(ShiftIn));
        return (Scale * (ofGate + ofShift)).MoveToOuterDisposeScope();
    }

    /// <summary>Moves the factors out of the present dispose scope.</summary>
    public UpdateFactors MoveToOuterDisposeScope()
    {
        foreach (var one in (Tensor[])[GateOut, GateIn, ShiftOut, ShiftIn, Scale])
            one.MoveToOuterDisposeScope();
        return this;
    }
}
