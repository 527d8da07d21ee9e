using Amend.Models.Weights;
using static TorchSharp.torch;

namespace Amend.Models.Layers;

/// <summary>A table of vectors that are looked up by id.</summary>
/// <param name="Table">One vector a row, <c>[N,D]</c>.</param>
public sealed record Embedding(Parameter Table)
{
    /// <summary>The embedding of a name.</summary>
    public static Embedding From(WeightTable weights, string name) => new(Parameter.From(weights, $"{name}.weight"));

    /// <summary>The vectors of ids, <c>[B,T]</c> int64: <c>[B,T,D]</c>, in the caller's dispose scope.</summary>
    public Tensor LookUp(Tensor ids) => Table.Value.index_select(0, ids.reshape(-1)).view(ids.shape[0], ids.shape[1], -1);
}
