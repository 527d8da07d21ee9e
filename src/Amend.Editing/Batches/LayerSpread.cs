using Amend.Editing.Statistics;
using Amend.Editing.Workbench;
using Amend.Models;
using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Editing.Batches;

/// <summary>What is missing of the values, spread over the edited layers (Meng et al. 2023, eq. 20).</summary>
/// <param name="lookups">The requests' prompts.</param>
/// <param name="values_ND">The values to reach at the last layer, <c>[N,D]</c> float32.</param>
/// <param name="layers">The layers, in ascending order.</param>
internal sealed class LayerSpread(LookupPass lookups, Tensor values_ND, IReadOnlyList<int> layers)
{
    /// <summary>
    /// Finds the update of each layer's down projection: what is missing of the values after the layers before it, parted by the layers
    /// left. The model is as before afterwards.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="statistics">Where second moments come from.</param>
    /// <param name="solve">The right factor of a layer's update.</param>
    /// <param name="deltas">Where the updates go.</param>
    public void Solve(LanguageModel model, ISecondMomentSource statistics, Func<LayerKeys, Tensor> solve, DeltaSet deltas)
    {
        using var none = no_grad();
        using var trial = new DeltaTrial(model);
        foreach (var (i, layer) in layers.Index())
        {
            using var scope = NewDisposeScope();
            lookups.Pace.Report("updating layers", i, layers.Count);
            var weight = model.Transformer.DownProjection(layer).Name;
            var keys_FN = lookups.Keys(layer).t().to(float64);
            var residual_DN = (values_ND - lookups.Values(layers[^1])).t() / (layers.Count - i);
            var keys = new LayerKeys(model, statistics, layer, keys_FN, LayerKeys.PastOf(model, weight));
            deltas.Add(weight, new LowRankDelta(residual_DN, solve(keys)));
            deltas.Leave(keys.ToMemory(weight));
            trial.Apply(weight, deltas[weight]);
        }
    }
}
