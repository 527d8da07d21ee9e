using Amend.Models.Taps;
using Amend.Models.Weights;
using static TorchSharp.torch;

namespace Amend.Models.Families;

/// <summary>
/// The last map of a block's MLP as a memory of keys and values (Geva et al. 2021): the matrix that makes the MLP's output of its key.
/// Of a dense MLP it is the down projection. Of a mixture, which gives Σ gₑ Wₑ kₑ over the experts that a token chooses, it is
/// [W₁ … W_E], whose key is [g₁k₁; …; g_E k_E], zero where an expert is not chosen; biases, and what an expert adds that all tokens go
/// through, stand beside it.
/// </summary>
public sealed class DownMap
{
    private readonly int _layer;

    /// <summary>Creates the map of a layer.</summary>
    /// <param name="layer">The layer, of the stack that gives the output.</param>
    /// <param name="parts">The down projection, or those of the experts in order.</param>
    /// <param name="isMixture">Whether they are experts'.</param>
    internal DownMap(int layer, IReadOnlyList<ModelWeight> parts, bool isMixture) => (_layer, Parts, IsMixture) = (layer, parts, isMixture);

    /// <summary>The matrices that stand side by side, <c>[D,F/E]</c> each.</summary>
    public IReadOnlyList<ModelWeight> Parts { get; }

    /// <summary>Whether they are the down projections of experts.</summary>
    public bool IsMixture { get; }

    /// <summary>The name of the first matrix, by which the map is known.</summary>
    public string Name => Parts[0].Name;

    /// <summary>The width of its key, F.</summary>
    public long Inputs => Parts.Sum(part => part.Value.shape[1]);

    /// <summary>The sites of which a pass makes its key.</summary>
    public IReadOnlyList<Site> Sites => IsMixture
        ? [Site.ExpertChoice(_layer), Site.ExpertWeight(_layer), Site.ExpertKey(_layer)]
        : [Site.MlpKey(_layer)];

    /// <summary>The keys of a pass, <c>[B,T,F]</c>, in the caller's dispose scope.</summary>
    /// <param name="trace">What captured <see cref="Sites"/> in it.</param>
    public Tensor Keys(Trace trace)
    {
        if (!IsMixture)
            return trace[Site.MlpKey(_layer)].alias();
        using var scope = NewDisposeScope();
        var keys_BTkF = trace[Site.ExpertKey(_layer)] * trace[Site.ExpertWeight(_layer)].unsqueeze(-1);
        return ByExpert(trace, keys_BTkF).flatten(2).MoveToOuterDisposeScope();
    }

    /// <summary>What each expert's output of a mixture is multiplied with in a pass, 0 where it is not chosen.</summary>
    /// <param name="trace">What captured <see cref="Sites"/> in it.</param>
    /// <returns><c>[B,T,E]</c>, in the caller's dispose scope.</returns>
    public Tensor Factors(Trace trace)
    {
        using var scope = NewDisposeScope();
        return ByExpert(trace, trace[Site.ExpertWeight(_layer)].unsqueeze(-1)).squeeze(-1).MoveToOuterDisposeScope();
    }

    /// <summary>What stands at each choice, <c>[B,T,k,X]</c>, at its expert's place, <c>[B,T,E,X]</c>.</summary>
    private Tensor ByExpert(Trace trace, Tensor ofChoices)
    {
        var choice_BTk = trace[Site.ExpertChoice(_layer)];
        long[] shape = [.. choice_BTk.shape[..^1], Parts.Count, ofChoices.shape[^1]];
        return zeros(shape, ofChoices.dtype, ofChoices.device).scatter(2, choice_BTk.unsqueeze(-1).expand(ofChoices.shape), ofChoices);
    }
}
