using static TorchSharp.torch;

namespace Amend.Tensors.Optimization;

/// <summary>
/// Gradients with respect to tensors of which a value need not depend on all, as on the weights of experts that no token chose.
/// </summary>
public static class Gradients
{
    /// <summary>The gradients of a scalar; of a tensor that it does not depend on, zeros.</summary>
    /// <param name="scalar">The scalar, computed with gradients enabled.</param>
    /// <param name="tensors">The tensors, each of which wants gradients.</param>
    /// <param name="keepsGraph">Whether more gradients of the same graph are asked for later.</param>
    /// <returns>One a tensor, of its shape, in the caller's dispose scope.</returns>
    public static IList<Tensor> Of(Tensor scalar, IReadOnlyList<Tensor> tensors, bool keepsGraph = false)
    {
        // Nothing of each tensor is added, so that autograd, which otherwise ends the process, finds all of them in the graph.
        var whole = tensors.Aggregate(scalar, (sum, one) => sum + (one.reshape(-1)[0] * 0));
        return autograd.grad([whole], [.. tensors], retain_graph: keepsGraph);
    }
}
