using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Editing.PostProcessing;

/// <summary>
/// RECT (Gu et al. 2024, arXiv 2401.04700): keeps the part of an update that changes its weights most, relative to them, as
/// <c>memit_rect_main</c> of jianghoucheng/AlphaEdit does: elements with |Δ / (w + 1e-8)| not below the
/// greatest of the others.
/// </summary>
/// <param name="kept">The share of elements that is kept.</param>
internal sealed class Rect(double kept) : PostProcessor
{
    private const double Guard = 1e-8;

    /// <inheritdoc/>
    public override IWeightDelta Update(UpdatedWeight site, IWeightDelta update)
    {
        using var scope = NewDisposeScope();
        var dense = Dense(update);
        var relative = (dense / (site.Present.to(float32) + Guard)).abs().flatten();
        var dropped = (long)((1 - kept) * relative.shape[0]);
        if (dropped == 0)
            return update.Clone();
        var threshold = relative.sort().Values[dropped - 1];
        return new DenseDelta(where((relative >= threshold).view(dense.shape), dense, zeros_like(dense)));
    }
}
