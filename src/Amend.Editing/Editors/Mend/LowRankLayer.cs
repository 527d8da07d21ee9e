using Amend.Tensors.Optimization;
using static TorchSharp.torch;

namespace Amend.Editing.Editors.Mend;

/// <summary>
/// A layer of a transform of gradients, x + max(0, s ⊙ (U V x + b) + t), where shift t and scale s are those of the matrix whose
/// gradient is transformed (Mitchell et al. 2022, eq. 3 and section 3.3). U = 0 at first, so a new layer gives back what it is given. It
/// owns its tensors.
/// </summary>
internal sealed class LowRankLayer : IDisposable
{
    private readonly Tensor _up_WR;
    private readonly Tensor _down_RW;
    private readonly Tensor _bias_W;
    private readonly (Tensor Shifts_MW, Tensor Scales_MW)? _modes;

    /// <summary>Makes a layer that changes nothing.</summary>
    /// <param name="width">The width of a row, W.</param>
    /// <param name="rank">The rank of U V, R; at most the width.</param>
    /// <param name="modes">The matrices that share the layer, M; 0 for a layer of a single matrix, without shifts and scales.</param>
    /// <param name="generator">Draws V from the normal distribution.</param>
    /// <param name="device">Where the tensors go.</param>
    public LowRankLayer(long width, long rank, int modes, Generator generator, Device device)
    {
        using var scope = NewDisposeScope();
        _up_WR = Learned(zeros(width, rank), device);
        _down_RW = Learned(randn([rank, width], generator: generator), device);
        _bias_W = Learned(zeros(width), device);
        _modes = modes > 0 ? (Learned(zeros(modes, width), device), Learned(ones(modes, width), device)) : null;
    }

    /// <summary>Its tensors by the authors' names; they belong to it.</summary>
    /// <param name="name">The layer's name.</param>
    public IEnumerable<NamedTensor> Tensors(string name) =>
    [
        new($"{name}.u", _up_WR),
        new($"{name}.v", _down_RW),
        new($"{name}.bias", _bias_W),
        .. _modes is { } modes
            ? [new($"{name}.mode_shift.weight", modes.Shifts_MW), new($"{name}.mode_scale.weight", modes.Scales_MW)]
            : Array.Empty<NamedTensor>(),
    ];

    /// <summary>Transforms rows.</summary>
    /// <param name="rows_NW">The rows.</param>
    /// <param name="mode">The place of the matrix among those that share the layer.</param>
    /// <returns><c>[N,W]</c>, with gradients, in the caller's dispose scope.</returns>
    public Tensor Apply(Tensor rows_NW, int mode)
    {
        using var scope = NewDisposeScope();
        var inner_NW = rows_NW.matmul(_down_RW.t()).matmul(_up_WR.t()) + _bias_W;
        if (_modes is var (shifts_MW, scales_MW))
            inner_NW = (inner_NW * scales_MW[mode]) + shifts_MW[mode];
        // Its derivative at 0, where every new layer is, is 1; relu's is 0.
        return (inner_NW.clamp_min(0) + rows_NW).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in (Tensor?[])[_up_WR, _down_RW, _bias_W, _modes?.Shifts_MW, _modes?.Scales_MW])
            tensor?.Dispose();
    }

    private static Tensor Learned(Tensor start, Device device) => start.to(device).DetachFromDisposeScope().requires_grad_();
}
