using Amend.Models.Layers;
using Amend.Models.Passes;
using Amend.Models.Taps;
using static TorchSharp.torch;

namespace Amend.Models.Decoders;

/// <summary>
/// One block: attention and MLP that add to the residual stream, one after the other or side by side, with norms around them.
/// </summary>
/// <param name="Attention">The attention.</param>
/// <param name="Mlp">The MLP.</param>
internal sealed record DecoderBlock(IAttention Attention, IMlp Mlp)
{
    /// <inheritdoc cref="NormNames.BeforeAttention"/>
    public INorm? BeforeAttention { get; init; }

    /// <inheritdoc cref="NormNames.BehindAttention"/>
    public INorm? BehindAttention { get; init; }

    /// <inheritdoc cref="NormNames.BeforeMlp"/>
    public INorm? BeforeMlp { get; init; }

    /// <inheritdoc cref="NormNames.BehindMlp"/>
    public INorm? BehindMlp { get; init; }

    /// <inheritdoc cref="BlockPlan.IsParallel"/>
    public bool IsParallel { get; init; }

    /// <inheritdoc cref="BlockPlan.ResidualScale"/>
    public double ResidualScale { get; init; }

    /// <inheritdoc cref="BlockPlan.ResidualBehindNorm"/>
    public bool ResidualBehindNorm { get; init; }

    /// <summary>The residual stream behind the block, <c>[B,T,D]</c>, where it is read, in the caller's dispose scope.</summary>
    /// <param name="taps">The taps of the block.</param>
    /// <param name="hidden">The residual stream before it, <c>[B,T,D]</c>.</param>
    /// <param name="scope">Positions, mask and cache of the pass.</param>
    public Tensor Apply(BlockTaps taps, Tensor hidden, AttentionScope scope)
    {
        var read_BTD = Normed(BeforeAttention, hidden);
        var attention_BTD = Normed(BehindAttention, taps.At(SiteKind.AttentionOut, Attention.Apply(taps.Layer, read_BTD, scope)));
        (hidden, read_BTD) = (scope.OfRead(taps.Layer, hidden), scope.OfRead(taps.Layer, read_BTD));
        var attended_BTD = Sum(ResidualBehindNorm ? read_BTD : hidden, attention_BTD);
        var readByMlp_BTD = !IsParallel ? Normed(BeforeMlp, attended_BTD) : BeforeMlp is null ? read_BTD : BeforeMlp.Apply(hidden);
        var mlp_BTD = Normed(BehindMlp, Mlp.Apply(taps, readByMlp_BTD));
        return taps.At(SiteKind.BlockOut, Sum(ResidualBehindNorm ? readByMlp_BTD : attended_BTD, mlp_BTD));
    }

    private static Tensor Normed(INorm? norm, Tensor value) => norm?.Apply(value) ?? value;

    private Tensor Sum(Tensor stream, Tensor added) => stream + (ResidualScale == 1 ? added : added * ResidualScale);
}
