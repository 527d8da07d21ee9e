using static TorchSharp.torch;

namespace Amend.Models.Layers;

/// <summary>What makes queries, keys and values of tokens' states.</summary>
internal interface IHeadSource
{
    /// <summary>Queries <c>[B,H,T,K]</c>, keys and values <c>[B,G,T,K]</c> of <c>[B,T,D]</c>, in the caller's dispose scope.</summary>
    (Tensor Query, Tensor Key, Tensor Value) Apply(Tensor value);
}
