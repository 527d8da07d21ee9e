using static TorchSharp.torch;

namespace Amend.Tensors.Statistics;

/// <summary>
/// The uncentred second moment <c>C = Σ k kᵀ / count</c> of vectors <c>k</c> of width <c>F</c>, gathered batch by batch;
/// parts gathered apart can be merged, and a saved one goes on where it stopped. Not for several threads at once.
/// </summary>
public sealed class SecondMoment : IDisposable
{
    /// <summary>
    /// Vectors whose products are summed in float32, at twice the rate of float64 and with an error below 1e-6 of the largest element; then
    /// they go into the sum.
    /// </summary>
    private const int VectorsAtOnce = 1024;

    /// <summary>
    /// Columns of a block of the sum: those on and above the diagonal are computed, the others mirrored when they are read.
    /// </summary>
    private const int ColumnsAtOnce = 512;

    private readonly Tensor _sum_FF;
    private bool _isWhole = true;
    private bool _disposed;

    /// <summary>Starts with no vectors.</summary>
    /// <param name="width">The vectors' width, <c>F</c>.</param>
    /// <param name="accumulator">The type of the sum: float64, or float32 for half the memory.</param>
    /// <param name="device">Where the sum is kept; the CPU where it is not given.</param>
    /// <exception cref="ArgumentException">The width is below 1, or the type is another.</exception>
    public SecondMoment(long width, ScalarType accumulator = ScalarType.Float64, Device? device = null)
        : this(Zeros(width, accumulator, device), 0, new Dictionary<string, string>())
    {
    }

    internal SecondMoment(Tensor sum_FF, long count, IReadOnlyDictionary<string, string> metadata)
    {
        _sum_FF = sum_FF.DetachFromDisposeScope();
        Count = count;
        Metadata = metadata;
    }

    /// <summary>The vectors' width, <c>F</c>.</summary>
    public long Width => _sum_FF.shape[0];

    /// <summary>The type of the sum; of a loaded one that in its file.</summary>
    public ScalarType StoredType => _sum_FF.dtype;

    /// <summary>How many vectors have been added.</summary>
    public long Count { get; private set; }

    /// <summary>What was saved beside the sum, where this one was loaded; otherwise empty.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The sum, whole.</summary>
    internal Tensor Sum
    {
        get
        {
            if (!_isWhole)
                Mirror();
            return _sum_FF;
        }
    }

    /// <summary>Adds vectors, those whose mask is not zero; a batch that is refused changes nothing.</summary>
    /// <param name="keys">The vectors, <c>[N,F]</c> or <c>[B,T,F]</c>, of a floating type, on any device; they stay the caller's.</param>
    /// <param name="mask">Which to take, <c>[N]</c> or <c>[B,T]</c>, bool or int64; all where it is not given.</param>
    /// <exception cref="ArgumentException">The shapes or types are others.</exception>
    /// <exception cref="AmendException">A vector to take has values that are not finite.</exception>
    public void Add(Tensor keys, Tensor? mask = null)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentNullException.ThrowIfNull(keys);
        RefuseKeys(keys);
        if (mask is not null)
            RefuseMask(keys, mask);
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var keys_NF = Taken(keys.detach(), mask);
        if (keys_NF.shape[0] == 0)
            return;
        if (!keys_NF.isfinite().all().item<bool>())
        {
            throw new AmendException(
                $"A batch of {keys_NF.shape[0]} vectors after the first {Count} has values that are not finite; "
                + "check the model and its number type, nothing of the batch was added.");
        }

        for (var at = 0L; at < keys_NF.shape[0]; at += VectorsAtOnce)
            AddProducts(keys_NF.narrow(0, at, Math.Min(VectorsAtOnce, keys_NF.shape[0] - at)));
        Count += keys_NF.shape[0];
    }

    /// <summary>The second moment <c>C</c>, <c>[F,F]</c> of the accumulator's type; the caller disposes.</summary>
    /// <exception cref="InvalidOperationException">No vectors have been added.</exception>
    public Tensor Mean()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (Count == 0)
            throw new InvalidOperationException($"A second moment of width {Width} has no vectors yet; add some first.");
        using var _ = no_grad();
        return Sum / Count;
    }

    /// <summary>Adds what another gathered, as if its vectors had been added here; the other stays as it is.</summary>
    /// <exception cref="ArgumentException">The other has another width.</exception>
    public void Merge(SecondMoment other)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentNullException.ThrowIfNull(other);
        ObjectDisposedException.ThrowIf(other._disposed, other);
        if (other.Width != Width)
        {
            throw new ArgumentException(
                $"A second moment of width {other.Width} cannot be merged into one of width {Width}; merge those of one site.",
                nameof(other));
        }

        using var _ = no_grad();
        using var scope = NewDisposeScope();
        Sum.add_(other.Sum.to(_sum_FF.dtype).to(_sum_FF.device));
        Count += other.Count;
    }

    /// <summary>Saves sum, count and metadata as a safetensors file, atomically.</summary>
    /// <param name="path">The file to make or to replace.</param>
    /// <param name="metadata">
    /// What to keep beside: the model, the site, the text it was gathered from; <see cref="Metadata"/> where it is not given.
    /// </param>
    /// <param name="storedType">
    /// The type in the file: float64, or float32 for half the size at 7 digits; the accumulator's where it is not given.
    /// </param>
    /// <exception cref="ArgumentException">
    /// The metadata have the key <c>format</c>, which marks the file, or the type is another.
    /// </exception>
    /// <exception cref="AmendException">The file cannot be written.</exception>
    public void Save(string path, IReadOnlyDictionary<string, string>? metadata = null, ScalarType? storedType = null)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        SecondMomentFile.Save(this, path, metadata ?? Metadata, storedType ?? _sum_FF.dtype);
    }

    /// <summary>Loads what <see cref="Save"/> wrote, so that it can go on, in the stored type; the caller disposes.</summary>
    /// <exception cref="AmendException">The file is missing, broken or not a second moment.</exception>
    public static SecondMoment Load(string path) => SecondMomentFile.Load(path);

    /// <summary>
    /// Loads statistics in the form that the authors of ROME publish, an npz with <c>mom2.count</c> and <c>mom2.mom2</c>, the sum
    /// in float32 or float64; it says neither of which model nor of which layer it is. The caller disposes.
    /// </summary>
    /// <exception cref="AmendException">The file is missing, broken, or no second moment of this form.</exception>
    public static SecondMoment LoadNpz(string path) => RomeMomentFile.Load(path);

    /// <summary>Frees the sum.</summary>
    public void Dispose()
    {
        _disposed = true;
        _sum_FF.Dispose();
    }

    /// <summary>Σ k kᵀ of some vectors, block of columns by block of columns from the diagonal to the right.</summary>
    private void AddProducts(Tensor keys_NF)
    {
        using var scope = NewDisposeScope();
        var typed_NF = keys_NF.to(keys_NF.dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32).to(_sum_FF.device);
        foreach (var (at, count) in Blocks())
        {
            using var inner = NewDisposeScope();
            var products = typed_NF.narrow(1, at, count).t().matmul(typed_NF.narrow(1, at, Width - at));
            _sum_FF.narrow(0, at, count).narrow(1, at, Width - at).add_(products);
        }

        _isWhole = false;
    }

    /// <summary>Writes what lies below the diagonal.</summary>
    private void Mirror()
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (at, count) in Blocks())
        {
            var (below, left) = (at + count, Width - at - count);
            if (left > 0)
                _sum_FF.narrow(0, below, left).narrow(1, at, count).copy_(_sum_FF.narrow(0, at, count).narrow(1, below, left).t());
        }

        _isWhole = true;
    }

    private IEnumerable<(long At, long Count)> Blocks()
    {
        for (var at = 0L; at < Width; at += ColumnsAtOnce)
            yield return (at, Math.Min(ColumnsAtOnce, Width - at));
    }

    private static Tensor Zeros(long width, ScalarType accumulator, Device? device)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        if (accumulator is not (ScalarType.Float64 or ScalarType.Float32))
        {
            throw new ArgumentException(
                $"A second moment is summed in Float64 or Float32, not in {accumulator}.", nameof(accumulator));
        }

        return zeros(width, width, accumulator, device ?? CPU);
    }

    private static Tensor Taken(Tensor keys, Tensor? mask)
    {
        var keys_NF = keys.reshape(-1, keys.shape[^1]);
        if (mask is null)
            return keys_NF;
        var places_N = mask.reshape(-1).to(keys.device).nonzero().squeeze(1);
        return keys_NF.index_select(0, places_N);
    }

    private void RefuseKeys(Tensor keys)
    {
        if (keys.dim() is not (2 or 3) || keys.shape[^1] != Width || !keys.is_floating_point())
        {
            throw new ArgumentException(
                $"A second moment of width {Width} got keys of shape [{string.Join(", ", keys.shape)}] and type {keys.dtype}; "
                + $"give floating [N, {Width}] or [B, T, {Width}].",
                nameof(keys));
        }
    }

    private static void RefuseMask(Tensor keys, Tensor mask)
    {
        var places = keys.shape.SkipLast(1).ToArray();
        if (!mask.shape.SequenceEqual(places) || mask.dtype is not (ScalarType.Bool or ScalarType.Int64))
        {
            throw new ArgumentException(
                $"Keys of shape [{string.Join(", ", keys.shape)}] got a mask of shape [{string.Join(", ", mask.shape)}] and type "
                + $"{mask.dtype}; give bool or int64 of shape [{string.Join(", ", places)}].",
                nameof(mask));
        }
    }
}
