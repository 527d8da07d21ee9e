using static TorchSharp.torch;

namespace Amend.Editing.Editors.Mend;

/// <summary>
/// A layer of a transform of gradients, x + max(0, s ⊙ (U V x + b + t)), where shift t and scale s are those of the matrix whose
/// gradient is transformed (Mitchell et al. 2022, eq. 3 and section 3.3). U = 0 at first, so a new layer gives back what it is given. It
/// owns its tensors.
/// </summary>
internal sealed class LowRankLayer : IDisposable
{
    /// <summary>Makes a layer that changes nothing.</summary>
    /// <param name="width">The width of a row, W.</param>
    /// <param name="rank">The rank of U V, R; at most the width.</param>
    /// <param name="modes">The matrices that share the layer, M; 0 for a layer of a single matrix, without shifts and scales.</param>
    /// <param name="generator">Draws V from the normal distribution.</param>
    /// <param name="device">Where the tensors go.</param>
    public LowRankLayer(long width, long rank, int modes, Generator generator, Device device)
    {
        using var scope = NewDisposeScope();
        Up = Learned(zeros(width, rank), device);
        Down = Learned(randn([rank, width], generator: generator), device);
        Bias = Learned(zeros(width), device);
        (Shifts, Scales) = modes > 0 ? (Learned(zeros(modes, width), device), Learned(ones(modes, width), device)) : (null, null);
    }

    /// <summary>U, <c>[W,R]</c>.</summary>
    public Tensor Up { get; }

    /// <summary>V, <c>[R,W]</c>.</summary>
    public Tensor Down { get; }

    /// <summary>b, <c>[W]</c>.</summary>
    public Tensor Bias { get; }

    /// <summary>t of each matrix, <c>[M,W]</c>.</summary>
    public Tensor? Shifts { get; }

    /// <summary>s of each matrix, <c>[M,W]</c>.</summary>
    public Tensor? Scales { get; }

    /// <summary>Transforms rows.</summary>
    /// <param name="rows_NW">The rows.</param>
    /// <param name="mode">The place of the matrix among those that share the layer.</param>
    /// <returns><c>[N,W]</c>, with gradients, in the caller's dispose scope.</returns>
    public Tensor Apply(Tensor rows_NW, int mode)
    {
        using var scope = NewDisposeScope();
        var inner_NW = rows_NW.matmul(Down.t()).matmul(Up.t()) + Bias;
        if (Shifts is not null && Scales is not null)
            inner_NW = (inner_NW + Shifts[mode]) * Scales[mode];
        // Its derivative at 0, where every new layer is, is 1; relu's is 0.
        return (inner_NW.clamp_min(0) + rows_NW).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Up.Dispose();
        Down.Dispose();
        Bias.Dispose();
        Shifts?.Dispose();
        Scales?.Dispose();
    }

    private static Tensor Learned(Tensor start, Device device) => start.to(device).DetachFromDisposeScope().requires_grad_();
}
