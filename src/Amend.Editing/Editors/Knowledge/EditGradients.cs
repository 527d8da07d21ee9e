using Amend.Models;
using static TorchSharp.torch;

namespace Amend.Editing.Editors.Knowledge;

/// <summary>The gradient of a loss with respect to weights, as a network is given it.</summary>
internal static class EditGradients
{
    /// <summary>
    /// Computes ∇ on the model as the passes of this thread read it, with its edits and open views. No parameter asks for gradients
    /// meanwhile, and nothing of the graph is left.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="weights">The names of the weights.</param>
    /// <param name="loss">Computes a scalar from passes of the model.</param>
    /// <returns>By weight, float32 <c>[out,in]</c>, detached, in the caller's dispose scope.</returns>
    public static IReadOnlyDictionary<string, Tensor> Of(LanguageModel model, IReadOnlyList<string> weights, Func<Tensor> loss)
    {
        using var gradients = enable_grad();
        using var scope = NewDisposeScope();
        using var view = model.View();
        Tensor[] leaves = [.. weights.Select(Leaf)];
        foreach (var (weight, leaf) in weights.Zip(leaves))
            view.Put(weight, leaf);
        var found = autograd.grad([loss()], leaves);
        return weights.Zip(found).ToDictionary(
            pair => pair.First, pair => pair.Second.to(ScalarType.Float32).MoveToOuterDisposeScope(), StringComparer.Ordinal);

        Tensor Leaf(string weight) => model.Transformer.Taps.Read(weight, model.Weights[weight].Value).detach().requires_grad_(true);
    }
}
