using Amend.Editing.HyperNetworks.Objectives;
using static TorchSharp.torch;

namespace Amend.Editing.Editors.Knowledge;

/// <summary>The terms of KnowledgeEditor's objective, from log-probabilities at the places of targets.</summary>
internal static class EditLosses
{
    /// <summary>
    /// The label-smoothed negative log-likelihood of each target, (1 − ε − ε/(V−1)) nll + ε/(V−1) Σ_v −log p_v: ε is spread over all V
    /// ids, the target among them (<c>label_smoothed_nll_loss</c> in nicola-decao/KnowledgeEditor).
    /// </summary>
    /// <param name="logProbabilities"><c>[N,V]</c>.</param>
    /// <param name="targets">The target ids, int64 <c>[N]</c>.</param>
    /// <param name="epsilon">ε; 0 for the plain loss.</param>
    /// <returns><c>[N]</c> with gradients, in the caller's dispose scope.</returns>
    public static Tensor Smoothed(Tensor logProbabilities, Tensor targets, double epsilon)
    {
        using var scope = NewDisposeScope();
        var nll_N = EditObjective.NegativeLogLikelihood(logProbabilities, targets);
        if (epsilon == 0)
            return nll_N.MoveToOuterDisposeScope();
        var share = epsilon / (logProbabilities.shape[1] - 1);
        return ((nll_N * (1 - epsilon - share)) - (logProbabilities.sum(1) * share)).MoveToOuterDisposeScope();
    }

    /// <summary>The mean over the updates of (mean |Δ|ᵖ)^(1/p).</summary>
    /// <param name="updates">The updates, at least one.</param>
    /// <param name="power">p.</param>
    /// <returns>A scalar with gradients, in the caller's dispose scope.</returns>
    public static Tensor Distance(IReadOnlyCollection<Tensor> updates, double power)
    {
        using var scope = NewDisposeScope();
        return stack([.. updates.Select(update => update.abs().pow(power).mean().pow(1 / power))]).mean().MoveToOuterDisposeScope();
    }
}
