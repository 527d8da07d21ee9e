using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Editing.PostProcessing;

/// <summary>
/// PRUNE (Ma et al. 2024, arXiv 2405.16821): holds the singular values of all edits together below the weight's own: one σ
/// above the unedited weight's greatest σ₁ becomes log_α(σ) - log_α(σ₁) + σ₁.
/// </summary>
/// <param name="logBase">The logarithm's base α, 1.2 in the paper.</param>
internal sealed class Prune(double logBase) : PostProcessor
{
    /// <inheritdoc/>
    public override IWeightDelta? Update(UpdatedWeight site, IWeightDelta update)
    {
        using var scope = NewDisposeScope();
        var before = site.Present.to(float64) - site.Base.to(float64);
        var greatest = linalg.svdvals(site.Base.to(float64))[0];
        var (left, values, right) = linalg.svd(before + Dense(update).to(float64), fullMatrices: false);
        if (values[0].item<double>() <= greatest.item<double>())
            return null;
        var held = where(values > greatest, ((values / greatest).log() / Math.Log(logBase)) + greatest, values).minimum(values);
        return new DenseDelta((left * held).matmul(right) - before);
    }
}
