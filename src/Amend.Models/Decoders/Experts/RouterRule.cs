using Amend.Models.Configuration;
using static TorchSharp.torch;

namespace Amend.Models.Decoders.Experts;

/// <summary>How a token's experts follow from what the router gives each.</summary>
/// <param name="Experts">The number of experts, E.</param>
/// <param name="Chosen">How many a token goes through, k.</param>
/// <param name="Scoring">What makes scores of the router's output.</param>
internal sealed record RouterRule(int Experts, int Chosen, RouterScoring Scoring)
{
    /// <summary>Whether the chosen scores are divided by their sum.</summary>
    public bool Normalizes { get; init; }

    /// <summary>What the chosen scores are multiplied with at last; 1 by default.</summary>
    public double Factor { get; init; } = 1;

    /// <summary>In how many groups the experts stand, of which only the best are chosen from; 1 by default.</summary>
    public int Groups { get; init; } = 1;

    /// <summary>How many groups are chosen from; 1 by default.</summary>
    public int ChosenGroups { get; init; } = 1;

    /// <summary>How many of a group's best scores are added up to its own; 1 by default.</summary>
    public int ScoresOfGroup { get; init; } = 1;

    /// <summary>The rule itself, if experts and groups can be chosen so.</summary>
    /// <exception cref="ModelFormatException">
    /// There are fewer experts or groups than are to be chosen, or groups of unlike size.
    /// </exception>
    public RouterRule Checked() => Chosen <= Experts && Experts % Groups == 0 && ChosenGroups <= Groups
        && ScoresOfGroup <= Experts / Groups && Chosen <= Experts / Groups * ChosenGroups
        ? this
        : throw new ModelFormatException(
            $"config.json asks for {Chosen} of {Experts} experts a token, from {ChosenGroups} of {Groups} groups, which cannot be; "
            + "check the model folder.");

    /// <summary>The experts of each token and their weights.</summary>
    /// <param name="logits">What the router gives each expert, <c>[B,T,E]</c>.</param>
    /// <param name="correction">What is added to scores to choose by, not to weigh with, <c>[E]</c>; null for nothing.</param>
    /// <returns>
    /// Experts, int64, and weights of the type of the logits, <c>[B,T,k]</c> each, the heaviest first, in the caller's dispose scope.
    /// </returns>
    public (Tensor Choice, Tensor Weight) Choose(Tensor logits, Tensor? correction)
    {
        var exact = logits.to(float32);
        var scores_BTE = Scoring switch
        {
            RouterScoring.Softmax => nn.functional.softmax(exact, -1),
            RouterScoring.Sigmoid => exact.sigmoid(),
            _ => exact,
        };
        var ranking_BTE = correction is null ? scores_BTE : scores_BTE + correction.to(float32);
        var choice_BTk = (Groups == 1 ? ranking_BTE : OfBestGroups(ranking_BTE)).topk(Chosen, -1).indexes;
        var weight_BTk = scores_BTE.gather(-1, choice_BTk);
        if (Scoring == RouterScoring.SoftmaxOfChosen)
            weight_BTk = nn.functional.softmax(weight_BTk, -1);
        if (Normalizes)
            weight_BTk /= weight_BTk.sum(-1, keepdim: true) + 1e-20;
        var order_BTk = weight_BTk.argsort(-1, descending: true);
        return (choice_BTk.gather(-1, order_BTk), (weight_BTk.gather(-1, order_BTk) * Factor).to(logits.dtype));
    }

    private Tensor OfBestGroups(Tensor ranking)
    {
        var groups_BTGN = ranking.view([.. ranking.shape[..^1], Groups, Experts / Groups]);
        var best_BTg = groups_BTGN.topk(ScoresOfGroup, -1).values.sum(-1).topk(ChosenGroups, -1).indexes;
        var isOut_BTG = ones([.. ranking.shape[..^1], Groups], dtype: ScalarType.Bool, device: ranking.device)
            .scatter(-1, best_BTg, zeros_like(best_BTg, dtype: ScalarType.Bool));
        return groups_BTGN.masked_fill(isOut_BTG.unsqueeze(-1), double.NegativeInfinity).flatten(-2);
    }
}

/// <summary>What makes scores of a router's output.</summary>
internal enum RouterScoring
{
    /// <summary>A softmax over all experts: Mixtral, Qwen, DeepSeek V2.</summary>
    Softmax,

    /// <summary>A softmax over the chosen ones: Granite, gpt-oss.</summary>
    SoftmaxOfChosen,

    /// <summary>A sigmoid of each: DeepSeek V3.</summary>
    Sigmoid,
}
