using static TorchSharp.torch;

namespace Amend.Editing.Editors.Mend;

/// <summary>
/// Mean and deviation of all rows seen so far, column by column (Welford's sums, joined batch by batch), in tensors that a checkpoint
/// holds: they are changed in place. It owns them.
/// </summary>
internal sealed class RowMoments : IDisposable
{
    /// <summary>What keeps a column that never varies from a division by zero, as in the reference.</summary>
    private const double Epsilon = 1e-7;

    /// <summary>Makes the moments of no rows.</summary>
    /// <param name="width">The number of columns.</param>
    /// <param name="device">Where they are.</param>
    public RowMoments(long width, Device device)
    {
        Mean = zeros(width, dtype: float64, device: device).DetachFromDisposeScope();
        SquareSum = zeros(width, dtype: float64, device: device).DetachFromDisposeScope();
    }

    /// <summary>The mean of the rows, <c>[W]</c> float64.</summary>
    public Tensor Mean { get; }

    /// <summary>The sum of squares about the mean, <c>[W]</c> float64.</summary>
    public Tensor SquareSum { get; }

    /// <summary>Takes rows in.</summary>
    /// <param name="rows">The rows, <c>[N,W]</c>, N at least 1.</param>
    /// <param name="before">How many rows were taken in before.</param>
    public void Add(Tensor rows, double before)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        var (wide, count) = (rows.to(float64), (double)rows.shape[0]);
        var mean = wide.mean([0]);
        var (apart, all) = (mean - Mean, before + count);
        SquareSum.add_((wide - mean).square().sum([0])).add_(apart.square() * (before * count / all));
        Mean.add_(apart * (count / all));
    }

    /// <summary>Rows less the mean, over the deviation.</summary>
    /// <param name="rows">The rows, <c>[N,W]</c> float32.</param>
    /// <param name="count">How many rows were taken in, at least 2.</param>
    /// <returns><c>[N,W]</c> float32, in the caller's dispose scope.</returns>
    public Tensor Normalize(Tensor rows, double count)
    {
        using var scope = NewDisposeScope();
        return ((rows - Mean.to(float32)) / (Deviation(count).to(float32) + Epsilon)).MoveToOuterDisposeScope();
    }

    /// <summary>The unbiased deviation of the rows, <c>[W]</c> float64, in the caller's dispose scope.</summary>
    /// <param name="count">How many rows were taken in, at least 2.</param>
    public Tensor Deviation(double count)
    {
        using var scope = NewDisposeScope();
        return (SquareSum / (count - 1)).sqrt().MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Mean.Dispose();
        SquareSum.Dispose();
    }
}
