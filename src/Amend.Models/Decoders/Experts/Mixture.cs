using Amend.Models.Layers;
using Amend.Models.Taps;
using static TorchSharp.torch;

namespace Amend.Models.Decoders.Experts;

/// <summary>
/// A mixture of experts (Shazeer et al. 2017): each token goes through the few MLPs that a router chooses for it, and what they give is
/// added up by the router's weights.
/// </summary>
/// <param name="Router">To what each expert is given, <c>[E,D]</c>.</param>
/// <param name="Rule">From that to the chosen experts and their weights.</param>
/// <param name="Experts">The experts.</param>
internal sealed record Mixture(Linear Router, RouterRule Rule, IReadOnlyList<DenseMlp> Experts) : IMlp
{
    /// <summary>What is added to scores to choose by, <c>[E]</c>; null for nothing.</summary>
    public Parameter? Correction { get; init; }

    /// <summary>The expert that all tokens go through; null where there is none.</summary>
    public SharedExpert? Shared { get; init; }

    /// <inheritdoc/>
    public Tensor Apply(BlockTaps taps, Tensor value)
    {
        var logits_BTE = taps.At(SiteKind.RouterLogits, Router.Apply(value));
        var (choice_BTk, weight_BTk) = Rule.Choose(logits_BTE, Correction?.Value);
        (choice_BTk, weight_BTk) = (taps.At(SiteKind.ExpertChoice, choice_BTk), taps.At(SiteKind.ExpertWeight, weight_BTk));
        var (route, shape) = (new ExpertRoute(choice_BTk), choice_BTk.shape);
        var keys_MF = route.Take(value.flatten(0, 1), sharing: shape[2], (expert, rows) => Experts[expert].Key(rows));
        var keys_BTkF = taps.At(SiteKind.ExpertKey, keys_MF.view(shape[0], shape[1], shape[2], -1));
        var outs_MD = route.Take(keys_BTkF.flatten(0, 2), sharing: 1, (expert, rows) => Experts[expert].Down.Apply(rows));
        var outs_BTkD = taps.At(SiteKind.ExpertOut, outs_MD.view(shape[0], shape[1], shape[2], -1));
        var mixed_BTD = (outs_BTkD * weight_BTk.unsqueeze(-1)).sum(2);
        return taps.At(SiteKind.MlpOut, Shared is null ? mixed_BTD : mixed_BTD + Shared.Apply(taps, value));
    }
}
