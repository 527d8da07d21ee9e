using Amend.Models;
using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Editing.Batches;

/// <summary>What is missing of the values, spread over the edited layers (Meng et al. 2023, eq. 20).</summary>
internal static class LayerSpread
{
    /// <summary>
    /// The update of each layer: what is missing of the values after the layers before it, parted by the layers left. The model is
    /// as before afterwards.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="lookups">The requests' prompts.</param>
    /// <param name="values_ND">The values to reach at the last layer, <c>[N,D]</c> float32.</param>
    /// <param name="context">Statistics.</param>
    /// <param name="layers">The layers, in ascending order.</param>
    /// <param name="solve">The right factor of a layer's update.</param>
    /// <returns>The update of each down projection, which the caller disposes.</returns>
    public static Dictionary<string, IWeightDelta> Updates(
        LanguageModel model, LookupPass lookups, Tensor values_ND, EditContext context, IReadOnlyList<int> layers, Func<LayerKeys, Tensor> solve)
    {
        using var none = no_grad();
        var deltas = new Dictionary<string, IWeightDelta>();
        using var trial = new TrialDeltas(model);
        try
        {
            foreach (var (i, layer) in layers.Index())
            {
                using var scope = NewDisposeScope();
                var weight = model.Decoder.DownProjection(layer).Name;
                var keys_FN = lookups.Keys(layer).t().to(float64);
                var residual_DN = (values_ND - lookups.Values(layers[^1])).t() / (layers.Count - i);
                var right_FN = solve(new LayerKeys(model, context.Statistics, layer, keys_FN, model.Applied.KeysOf(weight)));
                deltas.Add(weight, new LowRankDelta(residual_DN, right_FN, keys_FN));
                trial.Apply(weight, deltas[weight]);
            }

            return deltas;
        }
        catch
        {
            foreach (var delta in deltas.Values)
                delta.Dispose();
            throw;
        }
    }
}
