using Amend.Models.Weights;
using static TorchSharp.torch;

namespace Amend.Models.Layers;

/// <summary>A table of vectors that are looked up by id.</summary>
/// <param name="Table">One vector a row, <c>[N,D]</c>; it belongs to the model's table.</param>
public sealed record Embedding(Tensor Table)
{
    /// <summary>The embedding of a name.</summary>
    public static Embedding From(WeightTable weights, string name) => new(weights[$"{name}.weight"].Value);

    /// <summary>The vectors of ids, <c>[B,T]</c> int64: <c>[B,T,D]</c>.</summary>
    public Tensor LookUp(Tensor ids) => Table.index_select(0, ids.reshape(-1)).view(ids.shape[0], ids.shape[1], Table.shape[1]);
}
