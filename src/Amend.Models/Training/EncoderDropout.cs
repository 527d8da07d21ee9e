using Amend.Models.Passes;
using Amend.Models.Taps;
using static TorchSharp.torch;

namespace Amend.Models.Training;

/// <summary>
/// Dropout where BERT has it (Devlin et al. 2019, appendix A.2; numerically transformers' <c>BertModel</c> in training), while it is
/// open: models are built without, so nothing of it is left when it is closed. What attention and MLP give out it drops through the
/// taps; embeddings, attention weights and the pooled state are given to it.
/// </summary>
internal sealed class EncoderDropout : Intervention
{
    private readonly DropoutRates _rates;
    private readonly Generator _generator;

    /// <summary>Opens it.</summary>
    /// <param name="taps">The model's taps.</param>
    /// <param name="rates">How much is dropped.</param>
    /// <param name="generator">Draws what is dropped; it stays the caller's.</param>
    public EncoderDropout(TapSet taps, DropoutRates rates, Generator generator)
        : base(taps) => (_rates, _generator) = (rates, generator);

    /// <summary>A state with a share of its elements dropped and the others larger by as much, in the caller's dispose scope.</summary>
    public Tensor DropState(Tensor state) => Drop(state, _rates.Hidden);

    /// <summary>The pass, with a share of its attention weights dropped.</summary>
    public AttentionScope DropWeights(AttentionScope pass) =>
        _rates.Attention == 0 ? pass : pass.WeighingThrough(weights => Drop(weights, _rates.Attention));

    internal override Tensor Visit(Site site, Tensor value) =>
        site.Kind is SiteKind.AttentionOut or SiteKind.MlpOut ? DropState(value) : value;

    private protected override void Free()
    {
    }

    private Tensor Drop(Tensor value, double rate)
    {
        if (rate == 0)
            return value;
        using var scope = NewDisposeScope();
        var kept = rand(value.shape, generator: _generator, device: value.device).ge(rate).to(value.dtype).div_(1 - rate);
        return (value * kept).MoveToOuterDisposeScope();
    }
}
