using Amend.Editing.Codebooks;
using static TorchSharp.torch;

namespace Amend.Editing.TokenCodebooks;

/// <summary>Keys, each of a subject and with the radius within which it fires; owns its tensors.</summary>
/// <param name="width">The length of a key.</param>
/// <param name="distance">How distances are measured.</param>
internal sealed class TokenKeys(long width, KeyDistance distance) : IDisposable
{
    private readonly KeyIndex _keys = new(width, distance);
    private readonly List<int> _subjects = [];
    private readonly List<double> _radii = [];
    private readonly List<double> _rounding = [];

    /// <summary>The number of keys.</summary>
    public int Count => _subjects.Count;

    /// <summary>The length of a key.</summary>
    public long Width => width;

    /// <summary>The subject of a key.</summary>
    public int SubjectOf(int key) => _subjects[key];

    /// <summary>The radius of a key.</summary>
    public double RadiusOf(int key) => _radii[key];

    /// <summary>All keys, <c>[K,F]</c>, in the caller's dispose scope; they change with this.</summary>
    public Tensor All => _keys.All;

    /// <summary>The distances of a token to all keys.</summary>
    /// <param name="token_F">What is compared with the keys, <c>[F]</c>, float32, on the CPU.</param>
    public double[] DistancesTo(Tensor token_F) => _keys.DistancesTo(token_F);

    /// <summary>The distances of a key to all keys, its own included.</summary>
    public double[] DistancesFrom(int key) => _keys.DistancesTo(_keys[key]);

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
        var own = distance == KeyDistance.Euclidean ? radius * key_F.norm().item<float>() : radius;
        var changed = new List<(int, double)>();
        if (separation > 0 && Count > 0)
        {
            var others = _keys.DistancesTo(key_F).Index().Where(other => _subjects[other.Index] != subject);
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
        _subjects.Add(subject);
        _radii.Add(own);
        _rounding.Add(_keys.RoundingAt(Count - 1));
        return changed;
    }

    /// <summary>Takes back what was added since there were so many keys.</summary>
    /// <param name="count">How many remain.</param>
    /// <param name="radii">What the radii of those that remain were, the latest change first.</param>
    public void Cut(int count, IEnumerable<(int Key, double Radius)> radii)
    {
        _keys.Cut(count);
        _subjects.RemoveRange(count, Count - count);
        _radii.RemoveRange(count, _radii.Count - count);
        _rounding.RemoveRange(count, _rounding.Count - count);
        foreach (var (key, radius) in radii.Where(one => one.Key < count))
            _radii[key] = radius;
    }

    /// <summary>The tokens that a key fires for, each with its nearest key's subject.</summary>
    /// <param name="tokens_NF">What is compared with the keys, <c>[N,F]</c>, float32, on the CPU.</param>
    public IReadOnlyList<(int Token, int Subject)> Fired(Tensor tokens_NF)
    {
        if (Count == 0)
            return [];
        var greatest = Enumerable.Range(0, Count).Max(key => _radii[key] + _rounding[key]);
        return
        [
            .. _keys.NearestWithin(tokens_NF, greatest)
                .Where(found => Fires(found.Key, found.Distance))
                .Select(found => (found.Query, _subjects[found.Key])),
        ];
    }

    /// <summary>A token on the rim of a radius fires in whatever batch it is computed.</summary>
    public bool Fires(int key, double found) => found <= _radii[key] + _rounding[key];

    /// <inheritdoc/>
    public void Dispose() => _keys.Dispose();
}
