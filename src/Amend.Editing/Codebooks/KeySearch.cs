using static TorchSharp.torch;

namespace Amend.Editing.Codebooks;

/// <summary>Distances of inputs to a codebook's keys, and the nearest of many.</summary>
internal static class KeySearch
{
    /// <summary>
    /// Two inputs closer than it, in units of the key's norm, are one but for the rounding of float32: what a text gives in one batch and
    /// in another.
    /// </summary>
    private const double Rounding = 1e-5;

    /// <summary>Up to so many keys all distances are computed element by element.</summary>
    private const int Few = 32;

    /// <summary>So many of the nearest by a product of matrices are compared element by element.</summary>
    private const int Candidates = 8;

    /// <summary>The place of the smallest, the first of several.</summary>
    public static int First(IReadOnlyList<double> distances)
    {
        var first = 0;
        for (var at = 1; at < distances.Count; at++)
        {
            if (distances[at] < distances[first])
                first = at;
        }

        return first;
    }

    /// <summary>What rounding alone makes of a distance to a key of some norm.</summary>
    public static double RoundingAt(double norm, KeyDistance distance) => distance == KeyDistance.Euclidean ? Rounding * norm : Rounding;

    /// <summary>The distance of one input to every key, element by element, so that an input that is a key has distance 0.</summary>
    /// <param name="query_F">The input, <c>[F]</c>, float32.</param>
    /// <param name="keys_KF">The keys, <c>[K,F]</c>, float32.</param>
    /// <param name="distance">How it is measured.</param>
    public static double[] All(Tensor query_F, Tensor keys_KF, KeyDistance distance)
    {
        using var scope = NewDisposeScope();
        return Numbers(Between(query_F.unsqueeze(0), keys_KF, distance));
    }

    /// <summary>The nearest key of each input and its distance; of keys at one distance the first.</summary>
    /// <param name="queries_EF">The inputs, <c>[E,F]</c>, float32.</param>
    /// <param name="keys_KF">The keys, <c>[K,F]</c>, float32, at least one.</param>
    /// <param name="squares_K">The square of each key's norm, <c>[K]</c>.</param>
    /// <param name="distance">How it is measured.</param>
    public static IReadOnlyList<(int Key, double Distance)> Nearest(
        Tensor queries_EF, Tensor keys_KF, Tensor squares_K, KeyDistance distance)
    {
        using var scope = NewDisposeScope();
        var (inputs, keys) = ((int)queries_EF.shape[0], (int)keys_KF.shape[0]);
        var near_EC = keys <= Few
            ? arange(keys, dtype: ScalarType.Int64, device: keys_KF.device).unsqueeze(0).expand(inputs, keys)
            : Near(queries_EF, keys_KF, squares_K, distance).topk(Candidates, 1, largest: false).indexes;
        var count = (int)near_EC.shape[1];
        var near_ECF = keys_KF.index_select(0, near_EC.flatten()).view(inputs, count, -1);
        var places = near_EC.cpu().contiguous().data<long>().ToArray();
        var distances = Numbers(Between(queries_EF.unsqueeze(1), near_ECF, distance));
        return [.. Enumerable.Range(0, inputs).Select(input => Enumerable.Range(input * count, count)
            .Select(at => (Key: (int)places[at], Distance: distances[at]))
            .OrderBy(found => found.Distance).ThenBy(found => found.Key)
            .First())];
    }

    /// <summary>Something that orders the keys of each input as their distances do, but for rounding, <c>[E,K]</c>.</summary>
    private static Tensor Near(Tensor queries_EF, Tensor keys_KF, Tensor squares_K, KeyDistance distance)
    {
        var product_EK = queries_EF.matmul(keys_KF.t());
        return distance == KeyDistance.Euclidean ? squares_K - (2 * product_EK) : -product_EK / squares_K.sqrt();
    }

    /// <summary>Distances along the last dimension.</summary>
    private static Tensor Between(Tensor queries, Tensor keys, KeyDistance distance)
    {
        if (distance == KeyDistance.Euclidean)
            return (queries - keys).square().sum(-1).sqrt();
        var norms = (queries.square().sum(-1) * keys.square().sum(-1)).sqrt().clamp_min(float.Epsilon);
        return (1 - ((queries * keys).sum(-1) / norms)).clamp_min(0);
    }

    private static double[] Numbers(Tensor distances) =>
        [.. distances.cpu().contiguous().data<float>().ToArray().Select(one => (double)one)];
}
