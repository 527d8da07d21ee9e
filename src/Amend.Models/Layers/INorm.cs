using static TorchSharp.torch;

namespace Amend.Models.Layers;

/// <summary>A normalisation over the last axis.</summary>
internal interface INorm
{
    /// <summary>Normalises <c>[..,D]</c>; the result is in the caller's dispose scope.</summary>
    Tensor Apply(Tensor value);
}
