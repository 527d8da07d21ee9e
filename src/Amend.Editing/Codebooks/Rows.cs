using static TorchSharp.torch;

namespace Amend.Editing.Codebooks;

/// <summary>A matrix that grows by rows, float32, at a cost that does not depend on how many there are; owns its tensor.</summary>
internal sealed class Rows : IDisposable
{
    private const int Least = 16;

    private Tensor _held;

    /// <summary>Creates it without a row.</summary>
    /// <param name="width">The length of a row.</param>
    public Rows(long width) => _held = empty(Least, width).DetachFromDisposeScope();

    /// <summary>The number of rows.</summary>
    public int Count { get; private set; }

    /// <summary>The length of a row.</summary>
    public long Width => _held.shape[1];

    /// <summary>All rows, <c>[N,W]</c>, in the caller's dispose scope; they change with this.</summary>
    public Tensor All => _held.narrow(0, 0, Count);

    /// <summary>A row, <c>[W]</c>, in the caller's dispose scope; it changes with this.</summary>
    public Tensor this[int row] => _held.select(0, row);

    /// <summary>Adds a row.</summary>
    public void Add(Tensor row)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        if (Count == _held.shape[0])
        {
            var larger = empty(2 * Count, Width).DetachFromDisposeScope();
            larger.narrow(0, 0, Count).copy_(_held);
            _held.Dispose();
            _held = larger;
        }

        _held.select(0, Count++).copy_(row);
    }

    /// <summary>Puts other values in a row's place and gives what it was.</summary>
    /// <returns>The row before, <c>[W]</c>; the caller disposes.</returns>
    public Tensor Replace(int row, Tensor by)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        var before = _held.select(0, row).clone().DetachFromDisposeScope();
        _held.select(0, row).copy_(by);
        return before;
    }

    /// <summary>Forgets all rows but the first.</summary>
    public void Cut(int count) => Count = count;

    /// <inheritdoc/>
    public void Dispose() => _held.Dispose();
}
