using Amend.Tensors.Optimization;
using static TorchSharp.torch;

namespace Amend.Editing.Editors.Knowledge;

/// <summary>What a training of updates makes small; it owns what it learns itself.</summary>
internal interface IUpdateObjective : IDisposable
{
    /// <summary>What a checkpoint holds of it, and validations show: multipliers, margins.</summary>
    IReadOnlyList<NamedTensor> Tensors { get; }

    /// <summary>The optimisers of what it learns itself.</summary>
    IReadOnlyList<ScheduledOptimizer> Optimizers { get; }

    /// <summary>The loss, with the gradients of the terms; where gradients are on, those of its own tensors are added to them.</summary>
    /// <returns>A scalar, in the caller's dispose scope.</returns>
    Tensor Loss(UpdateTerms terms);

    /// <summary>Follows a validation.</summary>
    /// <param name="success">The share of its edits that reached their targets.</param>
    void Adapt(double success);
}

/// <summary>The terms of a batch; they belong to the caller.</summary>
/// <param name="Edit">The edit's loss, a scalar.</param>
/// <param name="Divergence">KL(before ‖ after), the mean over the ids of the rows that are to stay, a scalar.</param>
/// <param name="Updates">ΔW of each weight.</param>
internal sealed record UpdateTerms(Tensor Edit, Tensor Divergence, IReadOnlyCollection<Tensor> Updates);
