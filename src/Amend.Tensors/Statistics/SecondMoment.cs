using static TorchSharp.torch;

namespace Amend.Tensors.Statistics;

/// <summary>
/// The uncentred second moment <c>C = Σ k kᵀ / count</c> of vectors <c>k</c> of width <c>F</c>, gathered batch by batch;
/// parts gathered apart can be merged, and a saved one goes on where it stopped. Of vectors that are made of E parts, few of which are
/// not zero, it may keep the products within each part alone, the blocks of the diagonal. Not for several threads at once.
/// </summary>
public sealed class SecondMoment : IDisposable
{
    /// <summary>
    /// Vectors whose products are summed in float32, at twice the rate of float64 and with an error below 1e-6 of the largest element; then
    /// they go into the sum.
    /// </summary>
    private const int VectorsAtOnce = 1024;

    /// <summary>
    /// Columns of a part of the sum: those on and above the diagonal are computed, the others mirrored when they are read.
    /// </summary>
    private const int ColumnsAtOnce = 512;

    private readonly Tensor _sum_EFF;
    private bool _isWhole = true;
    private bool _disposed;

    /// <summary>Starts with no vectors.</summary>
    /// <param name="width">The vectors' width, <c>F</c>.</param>
    /// <param name="accumulator">The type of the sum: float64, or float32 for half the memory.</param>
    /// <param name="device">Where the sum is kept; the CPU where it is not given.</param>
    /// <exception cref="ArgumentException">The width is below 1, or the type is another.</exception>
    public SecondMoment(long width, ScalarType accumulator = ScalarType.Float64, Device? device = null)
        : this(Zeros(1, width, accumulator, device), 0, new Dictionary<string, string>())
    {
    }

    /// <summary>Takes over a sum, <c>[F,F]</c>, or the blocks of its diagonal, <c>[E,F/E,F/E]</c>.</summary>
    internal SecondMoment(Tensor sum, long count, IReadOnlyDictionary<string, string> metadata)
    {
        _sum_EFF = (sum.dim() == 2 ? sum.unsqueeze(0) : sum).DetachFromDisposeScope();
        Count = count;
        Metadata = metadata;
    }

    /// <summary>Starts with no vectors, in float64 on the CPU, of which the blocks of the diagonal are kept.</summary>
    /// <param name="width">The vectors' width, <c>F</c>.</param>
    /// <param name="blocks">The number of parts of one width that they are made of, <c>E</c>; 1 keeps all products.</param>
    /// <exception cref="ArgumentException">The width is no multiple of the number.</exception>
    public static SecondMoment OfBlocks(long width, long blocks) => blocks >= 1 && width % blocks == 0
        ? new SecondMoment(Zeros(blocks, width / blocks, ScalarType.Float64, null), 0, new Dictionary<string, string>())
        : throw new ArgumentException($"Vectors of width {width} are not made of {blocks} parts of one width.", nameof(blocks));

    /// <summary>The vectors' width, <c>F</c>.</summary>
    public long Width => Blocks * BlockWidth;

    /// <summary>The blocks of the diagonal that are kept, <c>E</c>; 1 where it is all one.</summary>
    public long Blocks => _sum_EFF.shape[0];

    /// <summary>The type of the sum; of a loaded one that in its file.</summary>
    public ScalarType StoredType => _sum_EFF.dtype;

    private long BlockWidth => _sum_EFF.shape[1];

    /// <summary>How many vectors have been added.</summary>
    public long Count { get; private set; }

    /// <summary>What was saved beside the sum, where this one was loaded; otherwise empty.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The sum, both sides of the diagonal of each block, <c>[E,F/E,F/E]</c>.</summary>
    internal Tensor Sum
    {
        get
        {
            if (!_isWhole)
                Mirror();
            return _sum_EFF;
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

        for (var block = 0L; block < Blocks; block++)
        {
            var part_NF = Blocks == 1 ? keys_NF : NotZero(keys_NF.narrow(1, block * BlockWidth, BlockWidth));
            for (var at = 0L; at < part_NF.shape[0]; at += VectorsAtOnce)
                AddProducts(part_NF.narrow(0, at, Math.Min(VectorsAtOnce, part_NF.shape[0] - at)), block);
        }

        Count += keys_NF.shape[0];
    }

    /// <summary>
    /// The second moment <c>C</c>, <c>[F,F]</c>, or the blocks of its diagonal where there are several, <c>[E,F/E,F/E]</c>, of the
    /// accumulator's type; the caller disposes.
    /// </summary>
    /// <exception cref="InvalidOperationException">No vectors have been added.</exception>
    public Tensor Mean()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (Count == 0)
            throw new InvalidOperationException($"A second moment of width {Width} has no vectors yet; add some first.");
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        return ((Blocks == 1 ? Sum[0] : Sum) / Count).MoveToOuterDisposeScope();
    }

    /// <summary>The second moment, <c>[F,F]</c>, zero between blocks; the caller disposes.</summary>
    /// <exception cref="InvalidOperationException">No vectors have been added.</exception>
    public Tensor WholeMean()
    {
        if (Blocks == 1)
            return Mean();
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        return block_diag(Mean().unbind()).MoveToOuterDisposeScope();
    }

    /// <summary>Adds what another gathered, as if its vectors had been added here; the other stays as it is.</summary>
    /// <exception cref="ArgumentException">The other has another width.</exception>
    public void Merge(SecondMoment other)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentNullException.ThrowIfNull(other);
        ObjectDisposedException.ThrowIf(other._disposed, other);
        if (other.Width != Width || other.Blocks != Blocks)
        {
            throw new ArgumentException(
                $"A second moment of width {other.Width} in {other.Blocks} blocks cannot be merged into one of width {Width} in {Blocks}; "
                + "merge those of one site.",
                nameof(other));
        }

        using var _ = no_grad();
        using var scope = NewDisposeScope();
        Sum.add_(other.Sum.to(_sum_EFF.dtype).to(_sum_EFF.device));
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
        SecondMomentFile.Save(this, path, metadata ?? Metadata, storedType ?? _sum_EFF.dtype);
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
        _sum_EFF.Dispose();
    }

    /// <summary>Σ k kᵀ of some vectors, part of columns by part of columns from the diagonal to the right.</summary>
    private void AddProducts(Tensor keys_NF, long block)
    {
        using var scope = NewDisposeScope();
        var sum_FF = _sum_EFF[block];
        var typed_NF = keys_NF.to(keys_NF.dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32).to(sum_FF.device);
        foreach (var (at, count) in ColumnParts())
        {
            using var inner = NewDisposeScope();
            var products = typed_NF.narrow(1, at, count).t().matmul(typed_NF.narrow(1, at, BlockWidth - at));
            sum_FF.narrow(0, at, count).narrow(1, at, BlockWidth - at).add_(products);
        }

        _isWhole = false;
    }

    /// <summary>Writes what lies below the diagonal.</summary>
    private void Mirror()
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (at, count) in ColumnParts())
        {
            var (below, left) = (at + count, BlockWidth - at - count);
            if (left > 0)
            {
                var above_ENM = _sum_EFF.narrow(1, at, count).narrow(2, below, left);
                _sum_EFF.narrow(1, below, left).narrow(2, at, count).copy_(above_ENM.transpose(1, 2));
            }
        }

        _isWhole = true;
    }

    private IEnumerable<(long At, long Count)> ColumnParts()
    {
        for (var at = 0L; at < BlockWidth; at += ColumnsAtOnce)
            yield return (at, Math.Min(ColumnsAtOnce, BlockWidth - at));
    }

    private static Tensor NotZero(Tensor part_NF) => part_NF.index_select(0, part_NF.any(1).nonzero().squeeze(1));

    private static Tensor Zeros(long blocks, long width, ScalarType accumulator, Device? device)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        if (accumulator is not (ScalarType.Float64 or ScalarType.Float32))
        {
            throw new ArgumentException(
                $"A second moment is summed in Float64 or Float32, not in {accumulator}.", nameof(accumulator));
        }

        return zeros(blocks, width, width, accumulator, device ?? CPU);
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
