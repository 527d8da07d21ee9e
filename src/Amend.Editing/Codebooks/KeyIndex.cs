using static TorchSharp.torch;

namespace Amend.Editing.Codebooks;

/// <summary>
/// Keys in which an input's nearest is found. Most inputs are near to none, which a sketch of each key shows: its coordinates along a few
/// orthonormal directions, in which no distance is longer than it is. Owns its tensors.
/// </summary>
internal sealed class KeyIndex : IDisposable
{
    /// <summary>The most coordinates of a sketch.</summary>
    private const int SketchWidth = 64;

    /// <summary>What a product of float32 matrices may be off by, in units of the squared norms, with room to spare.</summary>
    private const double ProductError = 1e-5;

    private readonly KeyDistance _distance;
    private readonly Rows _keys;
    private readonly Rows _squares;
    private readonly Rows _sketches;
    private readonly Rows _sketchSquares;
    private readonly Tensor _directions_FS;
    private float _greatestSquare;

    /// <summary>Creates an index without a key.</summary>
    /// <param name="width">The length of a key, F.</param>
    /// <param name="distance">How distances are measured.</param>
    public KeyIndex(long width, KeyDistance distance)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        _distance = distance;
        var sketch = Math.Min(SketchWidth, width);
        _directions_FS = linalg.qr(randn(width, sketch, generator: generator)).Q.contiguous().DetachFromDisposeScope();
        (_keys, _squares) = (new Rows(width), new Rows(1));
        (_sketches, _sketchSquares) = (new Rows(sketch), new Rows(1));
    }

    /// <summary>The number of keys, K.</summary>
    public int Count => _keys.Count;

    /// <summary>The length of a key.</summary>
    public long Width => _keys.Width;

    /// <summary>All keys, <c>[K,F]</c>, float32, in the caller's dispose scope; they change with this.</summary>
    public Tensor All => _keys.All;

    /// <summary>A key, <c>[F]</c>, in the caller's dispose scope; it changes with this.</summary>
    public Tensor this[int key] => _keys[key];

    /// <summary>The norm of a key.</summary>
    public double NormOf(int key) => Math.Sqrt(_squares[key].item<float>());

    /// <summary>What rounding alone makes of a distance to a key.</summary>
    public double RoundingAt(int key) => KeySearch.RoundingAt(NormOf(key), _distance);

    /// <summary>The distance of one input to every key, element by element, so that an input that is a key has distance 0.</summary>
    /// <param name="query_F">The input, <c>[F]</c>, float32.</param>
    public double[] DistancesTo(Tensor query_F) => KeySearch.All(query_F, _keys.All, _distance);

    /// <summary>Adds a key.</summary>
    /// <param name="key_F">The key, <c>[F]</c>, float32.</param>
    public void Add(Tensor key_F)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        var sketch_S = Sketch(key_F.unsqueeze(0)).squeeze(0);
        _keys.Add(key_F);
        _squares.Add(key_F.square().sum().unsqueeze(0));
        _sketches.Add(sketch_S);
        _sketchSquares.Add(SquareOf(sketch_S));
    }

    /// <summary>Puts a key elsewhere and gives what it was.</summary>
    /// <returns>The key before, <c>[F]</c>; the caller disposes.</returns>
    public Tensor Replace(int key, Tensor by_F)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        var sketch_S = Sketch(by_F.unsqueeze(0)).squeeze(0);
        _squares.Replace(key, by_F.square().sum().unsqueeze(0)).Dispose();
        _sketches.Replace(key, sketch_S).Dispose();
        _sketchSquares.Replace(key, SquareOf(sketch_S)).Dispose();
        return _keys.Replace(key, by_F).DetachFromDisposeScope();
    }

    /// <summary>Forgets all keys but the first.</summary>
    public void Cut(int count)
    {
        foreach (var rows in (Rows[])[_keys, _squares, _sketches, _sketchSquares])
            rows.Cut(count);
    }

    /// <summary>The nearest key of each input and its distance; of keys at one distance the first.</summary>
    /// <param name="queries_EF">The inputs, <c>[E,F]</c>, float32; there is at least one key.</param>
    public IReadOnlyList<(int Key, double Distance)> Nearest(Tensor queries_EF) =>
        KeySearch.Nearest(queries_EF, _keys.All, _squares.All.squeeze(1), _distance);

    /// <summary>The nearest key of each input that may be within a radius of any; those that are left out are within it of none.</summary>
    /// <param name="queries_EF">The inputs, <c>[E,F]</c>, float32, on the CPU.</param>
    /// <param name="radius">The radius.</param>
    public IReadOnlyList<(int Query, int Key, double Distance)> NearestWithin(Tensor queries_EF, double radius)
    {
        if (Count == 0 || queries_EF.shape[0] == 0)
            return [];
        using var none = no_grad();
        using var scope = NewDisposeScope();
        var near = Near(queries_EF, radius);
        return near.Length == 0 ? [] :
        [
            .. Nearest(queries_EF.index_select(0, tensor(near))).Zip(near, (found, query) => ((int)query, found.Key, found.Distance)),
        ];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var rows in (Rows[])[_keys, _squares, _sketches, _sketchSquares])
            rows.Dispose();
        _directions_FS.Dispose();
    }

    /// <summary>The inputs whose sketch is within the radius of some key's, by one product of matrices.</summary>
    private long[] Near(Tensor queries_EF, double radius)
    {
        var sketch_ES = Sketch(queries_EF);
        var (sketches_KS, squares_K, squares_E) = (_sketches.All, _sketchSquares.All.squeeze(1), sketch_ES.square().sum(1));
        // |q - k|² - |q|²; of vectors of length 1, |q - k|² is twice the distance of their cosine.
        // One input is a product with a vector, which reads the sketches once.
        var apart_E = sketch_ES.shape[0] == 1
            ? addmv(squares_K, sketches_KS, sketch_ES.squeeze(0), beta: 1, alpha: -2).amin().unsqueeze(0)
            : addmm(squares_K.unsqueeze(0), sketch_ES, sketches_KS.t(), beta: 1, alpha: -2).amin([1]);
        var within = _distance == KeyDistance.Euclidean ? radius * radius : 2 * radius;
        var slack_E = ProductError * (squares_E + (_greatestSquare + within));
        return (apart_E + squares_E <= within + slack_E).nonzero().squeeze(1).data<long>().ToArray();
    }

    /// <summary>The square of a sketch's length, <c>[1]</c>, which is held to be the greatest until the end where it is.</summary>
    private Tensor SquareOf(Tensor sketch_S)
    {
        var square = sketch_S.square().sum().unsqueeze(0);
        _greatestSquare = Math.Max(_greatestSquare, square.item<float>());
        return square;
    }

    private Tensor Sketch(Tensor vectors_NF) =>
        (_distance == KeyDistance.Cosine ? nn.functional.normalize(vectors_NF) : vectors_NF).matmul(_directions_FS);
}
