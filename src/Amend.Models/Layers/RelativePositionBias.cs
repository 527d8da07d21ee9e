using Amend.Models.Passes;
using static TorchSharp.torch;

namespace Amend.Models.Layers;

/// <summary>
/// T5's relative positions (Raffel et al. 2020, section 2.1; <c>_relative_position_bucket</c> of transformers): the distance
/// from query to key falls into a bucket, and each head has learned what a bucket adds to a score. Near distances have a
/// bucket each, farther ones share buckets that grow logarithmically.
/// </summary>
/// <param name="Buckets">What each bucket adds, <c>[N,H]</c>.</param>
/// <param name="MaxDistance">The distance from which on all fall into the last bucket.</param>
/// <param name="IsBidirectional">Whether half of the buckets are for keys behind the query.</param>
public sealed record RelativePositionBias(Embedding Buckets, int MaxDistance, bool IsBidirectional)
{
    /// <summary>What is added to scores at visible keys; minus infinity elsewhere.</summary>
    /// <param name="scope">Positions of queries and keys.</param>
    /// <param name="visible">Visible keys, bool <c>[B,1,T,S]</c> or <c>[B,1,1,S]</c>.</param>
    /// <returns><c>[B,H,T,S]</c>, in the caller's dispose scope.</returns>
    public Tensor Bias(AttentionScope scope, Tensor visible)
    {
        var buckets_BTS = BucketOf(scope.KeyPositions.unsqueeze(1) - scope.Positions.unsqueeze(2));
        var (rows, queries, keys) = (buckets_BTS.shape[0], buckets_BTS.shape[1], buckets_BTS.shape[2]);
        var bias_BHTS = Buckets.LookUp(buckets_BTS.view(rows, queries * keys)).view(rows, queries, keys, -1).permute(0, 3, 1, 2);
        return bias_BHTS.masked_fill(visible.logical_not(), double.NegativeInfinity);
    }

    /// <summary>The bucket of each distance, computed in float32 as the reference does.</summary>
    /// <param name="distance">Position of the key minus position of the query, int64, any shape.</param>
    /// <returns>Bucket numbers, int64, of the same shape, in the caller's dispose scope.</returns>
    public Tensor BucketOf(Tensor distance)
    {
        var buckets = (int)Buckets.Table.Value.shape[0];
        var side = IsBidirectional ? buckets / 2 : buckets;
        var exact = side / 2;
        var away = IsBidirectional ? distance.abs() : (-distance).clamp_min(0);
        var logarithm = (away.to(float32) / exact).log() / Math.Log((double)MaxDistance / exact) * (side - exact);
        var shared = (exact + logarithm.clamp_min(0).to(int64)).clamp_max(side - 1);
        var bucket = where(away < exact, away, shared);
        return IsBidirectional ? bucket + ((distance > 0).to(int64) * side) : bucket;
    }
}
