using static TorchSharp.torch;

namespace Amend.Editing.PostProcessing;

/// <summary>
/// Norm-anchor scaling (NAS, arXiv 2602.02543): an optimised value keeps its direction and gets the norm of the value that it
/// replaces, so that norms do not grow from edit to edit. Editors without values are not changed by it.
/// </summary>
/// <param name="factor">The norm in units of the replaced value's; 1 in the paper.</param>
internal sealed class NormAnchor(double factor) : PostProcessor
{
    /// <inheritdoc/>
    public override Tensor Value(Tensor original_ND, Tensor value_ND)
    {
        using var scope = NewDisposeScope();
        return (value_ND * (factor * original_ND.norm(1, keepdim: true) / value_ND.norm(1, keepdim: true))).MoveToOuterDisposeScope();
    }
}
