using Amend.Models.Passes;
using static TorchSharp.torch;

namespace Amend.Models.Layers;

/// <summary>
/// The vectors of distances from a query to a key, of both signs (He et al. 2021, eq. 3): distances up to half of the span have one each,
/// farther ones share them in logarithmic steps where there are buckets, or all have the last (numerically <c>build_relative_position</c>
/// and <c>make_log_bucket_position</c> of transformers' DeBERTa-v2).
/// </summary>
/// <param name="Table">One vector a row, <c>[2S,D]</c>: distance 0 is in row S.</param>
/// <param name="Norm">The norm of the vectors; none when null.</param>
/// <param name="MostInSteps">The distance that the last step reaches; null where distances are taken as they are.</param>
internal sealed record RelativeEmbedding(Parameter Table, LayerNorm? Norm, int? MostInSteps)
{
    private int Span => (int)(Table.Value.shape[0] / 2);

    /// <summary>The vectors, <c>[2S,D]</c>, in the caller's dispose scope.</summary>
    public Tensor Vectors() => Norm is null ? Table.Value : Norm.Apply(Table.Value);

    /// <summary>
    /// The row of each query's distance to each key, int64 <c>[B,T,S]</c> or <c>[1,T,S]</c>, in the caller's dispose scope.
    /// </summary>
    public Tensor RowsOf(AttentionScope scope) =>
        (StepOf(scope.Positions.unsqueeze(2) - scope.KeyPositions.unsqueeze(1)) + Span).clamp(0, 2 * Span - 1);

    /// <summary>The step that each distance falls into, computed in float32 as the reference does.</summary>
    /// <param name="distance">Position of the query minus position of the key, int64, any shape.</param>
    /// <returns>Steps, int64, of the same shape, in the caller's dispose scope.</returns>
    public Tensor StepOf(Tensor distance)
    {
        if (MostInSteps is not { } most)
            return distance;
        var middle = Span / 2;
        var away = distance.abs();
        var reach = tensor((float)((most - 1.0) / middle)).log().item<float>();
        var steps = ((away.clamp_min(1).to(float32) / middle).log() / reach * (middle - 1)).ceil().to(int64) + middle;
        return where(away <= middle, distance, steps * distance.sign());
    }
}
