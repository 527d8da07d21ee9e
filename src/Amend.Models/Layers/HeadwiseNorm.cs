using static TorchSharp.torch;

namespace Amend.Models.Layers;

/// <summary>Layer normalisation of each head over its width, with a scale of its own for each head and no shift.</summary>
/// <param name="Weights">The scales: one table of all heads, <c>[H,K]</c>, or one vector a head, <c>[K]</c>.</param>
/// <param name="Epsilon">What is added to the variance.</param>
internal sealed record HeadwiseNorm(IReadOnlyList<Parameter> Weights, double Epsilon) : INorm
{
    /// <summary>Normalises <c>[B,H,T,K]</c>; the result is in the caller's dispose scope.</summary>
    public Tensor Apply(Tensor value)
    {
        var normed = nn.functional.layer_norm(value, [value.shape[^1]], null, null, Epsilon);
        var scale_HK = Weights is [var table] && table.Value.dim() == 2 ? table.Value : stack([.. Weights.Select(weight => weight.Value)]);
        return normed * scale_HK.unsqueeze(1);
    }
}
