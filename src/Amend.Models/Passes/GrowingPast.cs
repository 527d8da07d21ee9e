using static TorchSharp.torch;

namespace Amend.Models.Passes;

/// <summary>
/// Keys and values of one layer's past, <c>[B,H,T,K]</c>, with room behind them, so that a token more is written and not all that are
/// there copied. What passes read are views of it, which a later token leaves as they are.
/// </summary>
internal sealed class GrowingPast : IDisposable
{
    /// <summary>The least room that is made for tokens to come.</summary>
    private const long LeastRoom = 32;

    private Tensor _keys_BHRK;
    private Tensor _values_BHRK;

    /// <summary>Holds a past without room; the tensors are detached from their scopes and from any graph.</summary>
    public GrowingPast(Tensor keys, Tensor values) =>
        (_keys_BHRK, _values_BHRK, Length) = (Owned(keys), Owned(values), keys.shape[2]);

    /// <summary>The number of tokens.</summary>
    public long Length { get; private set; }

    /// <summary>The keys, a view in the caller's dispose scope.</summary>
    public Tensor Keys => _keys_BHRK.narrow(2, 0, Length);

    /// <summary>The values, a view in the caller's dispose scope.</summary>
    public Tensor Values => _values_BHRK.narrow(2, 0, Length);

    /// <summary>Takes in what follows, <c>[B,H,T,K]</c> each.</summary>
    public void Add(Tensor keys, Tensor values)
    {
        // Elsewhere a graph may still need what it has read.
        if (is_inference_mode_enabled())
        {
            Write(ref _keys_BHRK, keys);
            Write(ref _values_BHRK, values);
        }
        else
        {
            Replace(ref _keys_BHRK, cat([Keys, keys], 2));
            Replace(ref _values_BHRK, cat([Values, values], 2));
        }

        Length += keys.shape[2];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _keys_BHRK.Dispose();
        _values_BHRK.Dispose();
    }

    private void Write(ref Tensor room, Tensor more)
    {
        using var scope = NewDisposeScope();
        var needed = Length + more.shape[2];
        if (needed > room.shape[2])
        {
            var (rows, heads, width) = (room.shape[0], room.shape[1], room.shape[3]);
            var wider = empty([rows, heads, needed + Math.Max(needed, LeastRoom), width], dtype: room.dtype, device: room.device);
            wider.narrow(2, 0, Length).copy_(room.narrow(2, 0, Length));
            Replace(ref room, wider);
        }

        room.narrow(2, Length, more.shape[2]).copy_(more);
    }

    private static void Replace(ref Tensor held, Tensor by)
    {
        var before = held;
        held = Owned(by);
        before.Dispose();
    }

    private static Tensor Owned(Tensor tensor) => tensor.detach().alias().DetachFromDisposeScope();
}
