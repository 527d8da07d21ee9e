using Amend.Tensors.Optimization;
using static TorchSharp.torch;

namespace Amend.Editing.Editors.Knowledge;

/// <summary>MEND's objective, with which its authors train EFK, too: c_edit L_edit + c_loc KL (Mitchell et al. 2022, eq. 4).</summary>
/// <param name="editWeight">c_edit.</param>
/// <param name="localityWeight">c_loc.</param>
internal sealed class WeightedObjective(double editWeight, double localityWeight) : IUpdateObjective
{
    /// <inheritdoc/>
    public IReadOnlyList<NamedTensor> Tensors => [];

    /// <inheritdoc/>
    public IReadOnlyList<ScheduledOptimizer> Optimizers => [];

    /// <inheritdoc/>
    public Tensor Loss(UpdateTerms terms)
    {
        using var scope = NewDisposeScope();
        return ((terms.Edit * editWeight) + (terms.Divergence * localityWeight)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Adapt(double success)
    {
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
