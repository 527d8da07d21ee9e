using static TorchSharp.torch;

namespace Amend.Models.Layers;

/// <summary>Queries, keys and values by a projection each.</summary>
internal sealed record SeparateHeads(HeadProjection Query, HeadProjection Key, HeadProjection Value) : IHeadSource
{
    /// <inheritdoc/>
    public (Tensor Query, Tensor Key, Tensor Value) Apply(Tensor value) => (Query.Apply(value), Key.Apply(value), Value.Apply(value));
}
