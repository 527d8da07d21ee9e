using Amend.Editing.Codebooks;
using static TorchSharp.torch;

namespace Amend.Editing.TokenCodebooks;

/// <summary>Keys, each of a subject and with the radius within which it fires; owns its tensors.</summary>
/// <param name="width">The length of a key.</param>
/// <param name="distance">How distances are measured.</param>
internal sealed class TokenKeys(long width, KeyDistance distance) : IDisposable
{
    /// <summary>What a product of float32 matrices may be off by, in units of the squared norms, with room to spare.</summary>
    private const double ProductError = 1e-5;

    private readonly Rows _keys = new(width);
    private readonly Rows _squares = new(1);
    private readonly List<int> _subjects = [];
    private readonly List<double> _radii = [];

    /// <summary>The number of keys.</summary>
    public int Count => _subjects.Count;

    /// <summary>The length of a key.</summary>
    public long Width => width;

    /// <summary>The subject of a key.</summary>
    public int SubjectOf(int key) => _subjects[key];

    /// <summary>The radius of a key.</summary>
    public double RadiusOf(int key) => _radii[key];

    /// <summary>The distances of a key to all keys, its own included.</summary>
    public double[] DistancesFrom(int key) => KeySearch.All(_keys[key], _keys.All, distance);

    /// <summary>Adds a key, which may take from the radii of other subjects' keys.</summary>
    /// <param name="key_F">The key, <c>[F]</c>, float32.</param>
    /// <param name="subject">Its subject.</param>
    /// <param name="radius">The greatest radius that it may have, in units of its norm if distances are Euclidean.</param>
    /// <param name="separation">The greatest radius in units of the distance to another subject's key; 0 for no such bound.</param>
    /// <returns>The keys whose radius was changed, and what it was.</returns>
    public IReadOnlyList<(int Key, double Radius)> Add(Tensor key_F, int subject, double radius, double separation)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        var square = key_F.square().sum();
        var own = distance == KeyDistance.Euclidean ? radius * Math.Sqrt(square.item<float>()) : radius;
        var changed = new List<(int, double)>();
        if (separation > 0 && Count > 0)
        {
            var others = KeySearch.All(key_F, _keys.All, distance).Index().Where(other => _subjects[other.Index] != subject);
            foreach (var (other, bound) in others.Select(other => (other.Index, separation * other.Item)))
            {
                own = Math.Min(own, bound);
                if (bound >= _radii[other])
                    continue;
                changed.Add((other, _radii[other]));
                _radii[other] = bound;
            }
        }

        _keys.Add(key_F);
        _squares.Add(square.unsqueeze(0));
        _subjects.Add(subject);
        _radii.Add(own);
        return changed;
    }

    /// <summary>Takes back what was added since there were so many keys.</summary>
    /// <param name="count">How many remain.</param>
    /// <param name="radii">What the radii of those that remain were, the latest change first.</param>
    public void Cut(int count, IEnumerable<(int Key, double Radius)> radii)
    {
        _keys.Cut(count);
        _squares.Cut(count);
        _subjects.RemoveRange(count, Count - count);
        _radii.RemoveRange(count, _radii.Count - count);
        foreach (var (key, radius) in radii.Where(one => one.Key < count))
            _radii[key] = radius;
    }

    /// <summary>The tokens that a key fires for, each with its nearest key's subject.</summary>
    /// <param name="tokens_NF">What is compared with the keys, <c>[N,F]</c>, float32, on the CPU.</param>
    public IReadOnlyList<(int Token, int Subject)> Fired(Tensor tokens_NF)
    {
        if (Count == 0 || tokens_NF.shape[0] == 0)
            return [];
        using var none = no_grad();
        using var scope = NewDisposeScope();
        var near = Near(tokens_NF);
        if (near.Length == 0)
            return [];
        var near_EF = tokens_NF.index_select(0, tensor(near));
        return [.. KeySearch.Nearest(near_EF, _keys.All, _squares.All.squeeze(1), distance).Zip(near)
            .Where(found => Fires(found.First.Key, found.First.Distance))
            .Select(found => ((int)found.Second, _subjects[found.First.Key]))];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _keys.Dispose();
        _squares.Dispose();
    }

    /// <summary>A token on the rim of a radius fires in whatever batch it is computed.</summary>
    private bool Fires(int key, double found) =>
        found <= _radii[key] + KeySearch.RoundingAt(Math.Sqrt(_squares[key].item<float>()), distance);

    /// <summary>The tokens that may be within some key's radius, by one product of matrices.</summary>
    private long[] Near(Tensor tokens_NF)
    {
        var (keys_KF, squares_K, greatest) = (_keys.All, _squares.All.squeeze(1), _radii.Max());
        var squares_N = tokens_NF.square().sum(1);
        var product_NK = tokens_NF.matmul(keys_KF.t());
        Tensor isNear_N;
        if (distance == KeyDistance.Euclidean)
        {
            var nearest_N = (squares_K - (2 * product_NK)).amin([1]) + squares_N;
            isNear_N = nearest_N <= (greatest * greatest) + (ProductError * (squares_N + squares_K.max()));
        }
        else
        {
            var greatest_N = (product_NK / squares_K.sqrt()).amax([1]) / squares_N.sqrt().clamp_min(float.Epsilon);
            isNear_N = greatest_N >= 1 - greatest - ProductError;
        }

        return isNear_N.nonzero().squeeze(1).data<long>().ToArray();
    }
}
