using System.Runtime.InteropServices;
using static TorchSharp.torch;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Amend.Tensors.LinearAlgebra;

/// <summary>
/// The sum of a weight's changes, without rounding: each change is rounded alone, to multiples of a unit far below what the weight can
/// show, and multiples of one unit add up in float64 without an error. So the order of the changes does not matter, and the sum from which
/// one is subtracted is bit for bit the sum that never had it, however many there are. A single change is not summed, so that an edit
/// costs no more memory than its weight.
/// </summary>
public sealed class ExactSum : IDisposable
{
    /// <summary>Powers of two that the unit lies below the weight's largest element: 2^-17 of it has all digits of float32 still.</summary>
    private const int UnitBelowLargest = 42;

    /// <summary>Units up to which sums are exact, one bit below what float64 can count, so that the sum of two is.</summary>
    private const double MostUnits = 1L << 52;

    /// <summary>Elements of a piece: its float64 copies stay in a core's cache, and no operation is worth a second thread.</summary>
    private const long PieceSize = 1 << 15;

    private readonly double _unit;
    private IWeightDelta? _only;
    private Tensor? _units;

    /// <summary>Begins with no change.</summary>
    /// <param name="own">The weight without changes, of a floating type, whose size sets the unit; it is not kept.</param>
    public ExactSum(Tensor own)
    {
        ArgumentNullException.ThrowIfNull(own);
        using var none = no_grad();
        using var scope = NewDisposeScope();
        var largest = own.numel() == 0 ? 0 : own.abs().max().to(float64).item<double>();
        _unit = Math.ScaleB(1, (double.IsNormal(largest) ? Math.ILogB(largest) + 1 : 0) - UnitBelowLargest);
    }

    /// <summary>How many changes there are.</summary>
    public int Count { get; private set; }

    /// <summary>
    /// Whether a change can be subtracted: false where the sum has been 2^10 times as large as the weight, or no number, since its bits
    /// say no more what was added then, and where a change failed to be added. What remains must be added to a new sum then.
    /// </summary>
    public bool IsExact { get; private set; } = true;

    /// <summary>Adds changes to a weight in place, rounding once: what a sum of them writes.</summary>
    /// <param name="weight">The weight without changes, of a floating type; it becomes the weight with them.</param>
    /// <param name="changes">Changes of its shape, in any order.</param>
    public static void AddTo(Tensor weight, IReadOnlyList<IWeightDelta> changes)
    {
        if (changes.Count == 0)
            return;
        using var sum = new ExactSum(weight);
        foreach (var change in changes)
            sum.Add(change);
        sum.Write(weight, weight);
    }

    /// <summary>Adds a change.</summary>
    /// <param name="change">A change of the weight's shape; it must live until it is subtracted, or this is disposed.</param>
    public void Add(IWeightDelta change)
    {
        ArgumentNullException.ThrowIfNull(change);
        if (Count++ == 0)
        {
            _only = change;
            return;
        }

        using var none = no_grad();
        using var scope = NewDisposeScope();
        if (_only is not null)
        {
            _units = zeros([.. change.Shape], float64).DetachFromDisposeScope();
            Gather(_only, 1);
            _only = null;
        }

        Gather(change, 1);
    }

    /// <summary>Takes a change off that was added.</summary>
    /// <param name="change">The same change.</param>
    /// <exception cref="InvalidOperationException">The sum is not exact, or has no change.</exception>
    public void Subtract(IWeightDelta change)
    {
        ArgumentNullException.ThrowIfNull(change);
        if (!IsExact || Count == 0)
        {
            throw new InvalidOperationException(
                "A change was to be taken off a sum that does not hold it exactly; add up the others anew.");
        }

        if (--Count == 0)
        {
            Clear();
            return;
        }

        using var none = no_grad();
        using var scope = NewDisposeScope();
        Gather(change, -1);
    }

    /// <summary>Writes the weight with its changes: both added in float64 and rounded to the weight's type once.</summary>
    /// <param name="own">The weight without changes.</param>
    /// <param name="into">Where the weight with them goes, of the same shape and type; it may be the same tensor.</param>
    public void Write(Tensor own, Tensor into)
    {
        ArgumentNullException.ThrowIfNull(own);
        ArgumentNullException.ThrowIfNull(into);
        using var none = no_grad();
        foreach (var (from, rows) in Pieces(own.shape))
        {
            using var scope = NewDisposeScope();
            var value = own.narrow(0, from, rows).to(float64, copy: true);
            if (_units is not null)
                value.add_(_units.narrow(0, from, rows).to(own.device), alpha: _unit);
            else if (_only is not null)
                value.add_(UnitsOf(_only, from, rows).to(own.device), alpha: _unit);
            into.narrow(0, from, rows).copy_(value);
        }
    }

    /// <summary>Frees the sum; the changes stay their owner's.</summary>
    public void Dispose() => Clear();

    private void Clear()
    {
        _units?.Dispose();
        (_units, _only) = (null, null);
    }

    /// <summary>Adds a change to the units, piece by piece, and sees whether they still count exactly.</summary>
    private void Gather(IWeightDelta change, double sign)
    {
        var exact = IsExact;
        IsExact = false; // Until all pieces are there.
        foreach (var (from, rows) in Pieces(_units!.shape))
        {
            using var scope = NewDisposeScope();
            var piece = Numbers(_units.narrow(0, from, rows));
            TensorPrimitives.MultiplyAdd(Numbers(UnitsOf(change, from, rows)), sign, piece, piece);
            exact &= TensorPrimitives.MaxMagnitude(piece) < MostUnits; // Not so of no number either.
        }

        IsExact = exact;
    }

    private Tensor UnitsOf(IWeightDelta change, long from, long rows)
    {
        var units = change.Rows(from, rows).cpu();
        var numbers = Numbers(units);
        TensorPrimitives.Multiply(numbers, 1 / _unit, numbers);
        TensorPrimitives.Round(numbers, numbers);
        return units;
    }

    private static Span<double> Numbers(Tensor contiguous) => MemoryMarshal.Cast<byte, double>(contiguous.bytes);

    private static IEnumerable<(long From, long Rows)> Pieces(long[] shape)
    {
        var rows = Math.Max(1, PieceSize / Math.Max(1, shape.Length > 1 ? shape[1] : 1));
        for (long from = 0; from < shape[0]; from += rows)
            yield return (from, Math.Min(rows, shape[0] - from));
    }
}
