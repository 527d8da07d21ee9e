using Amend.Models;
using Amend.Tensors.LinearAlgebra;
using Amend.Tensors.Optimization;
using static TorchSharp.torch;

namespace Amend.Editing.HyperNetworks;

/// <summary>
/// A trained network that turns the gradient of a request into changes of a model's weights (De Cao et al. 2021; Mitchell et al. 2022).
/// It keeps nothing of a model but the names and shapes of the weights that it changes, so one network serves every instance of them,
/// and after training several threads at once. It owns its tensors.
/// </summary>
internal abstract class HyperNetwork : IDisposable
{
    /// <summary>Parameters and buffers, float32, as they stand in the file; they belong to the network.</summary>
    public abstract IReadOnlyList<NamedTensor> Tensors { get; }

    /// <summary>The names in the checkpoint of the weights that it changes.</summary>
    public abstract IReadOnlyList<string> Weights { get; }

    /// <summary>
    /// The changes for requests that are made together. The gradient of the model is taken on the model as it is, with its edits and
    /// open views, and is detached: gradients reach the network's own parameters alone, and these only where the caller has gradients on.
    /// </summary>
    /// <param name="model">The model, whose parameters ask for no gradients afterwards.</param>
    /// <param name="requests">At least one.</param>
    /// <returns>ΔW by weight, float32 in the weight's own shape <c>[out,in]</c>, to be added; in the caller's dispose scope.</returns>
    /// <exception cref="Amend.Tensors.AmendException">A request cannot be used with the model.</exception>
    public abstract IReadOnlyDictionary<string, Tensor> Updates(LanguageModel model, IReadOnlyList<EditRequest> requests);

    /// <summary>
    /// The same changes as an edit keeps them, without gradients: dense, unless the network knows their factors.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="requests">At least one.</param>
    /// <returns>By weight; the caller disposes them.</returns>
    /// <exception cref="Amend.Tensors.AmendException">A request cannot be used with the model.</exception>
    public virtual IReadOnlyDictionary<string, IWeightDelta> Deltas(LanguageModel model, IReadOnlyList<EditRequest> requests)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        return Updates(model, requests).ToDictionary(
            update => update.Key, update => (IWeightDelta)new DenseDelta(update.Value), StringComparer.Ordinal);
    }

    /// <inheritdoc/>
    public abstract void Dispose();
}
