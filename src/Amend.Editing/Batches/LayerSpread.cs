using Amend.Editing.Statistics;
using Amend.Editing.Workbench;
using Amend.Models;
using Amend.Models.Effects;
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
    /// Finds the update of each layer's down projection, or of its experts': what is missing of the values after the layers before it,
    /// parted by the layers left. The model is as before afterwards.
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
            var map = model.Transformer.DownMap(layer);
            var keys_FN = lookups.Keys(layer).t().to(float64);
            var residual_DN = (values_ND - lookups.Values(layers[^1])).t() / (layers.Count - i);
            var keys = new LayerKeys(model, statistics, layer, keys_FN, LayerKeys.PastOf(model, map.Name));
            var written = deltas.Add(map, new LowRankDelta(residual_DN, solve(keys)));
            deltas.Leave(keys.ToMemory(map.Name));
            trial.Apply([.. written.Select(weight => new WeightEffect(weight, deltas[weight]))]);
        }
    }
}

/// <summary>What the update of one layer is solved from; the tensors live in the caller's dispose scope or belong to the model.</summary>
/// <param name="Model">The model, with the layers below updated.</param>
/// <param name="Statistics">Where second moments come from.</param>
/// <param name="Layer">The layer.</param>
/// <param name="Keys">The keys of the requests as columns, <c>[F,N]</c> float64.</param>
/// <param name="Past">The keys that applied edits of this weight were made for, <c>[F,M]</c> float32 each.</param>
internal sealed record LayerKeys(LanguageModel Model, ISecondMomentSource Statistics, int Layer, Tensor Keys, IReadOnlyList<Tensor> Past)
{
    private const string Name = "keys";

    /// <summary>The keys that applied edits of a weight were made for, <c>[F,M]</c> float32 each, which belong to the model.</summary>
    public static IReadOnlyList<Tensor> PastOf(LanguageModel model, string weight) =>
        [.. model.Applied.MemoriesOf(weight, Name).Select(memory => memory.Values[Name])];

    /// <summary>The keys as what the edit leaves to later ones of the weight; the caller disposes.</summary>
    public MemoryEffect ToMemory(string weight)
    {
        using var keys = Keys.to(float32);
        return new MemoryEffect(weight, Name, new Dictionary<string, Tensor> { [Name] = keys });
    }
}
