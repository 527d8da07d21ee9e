using Amend.Models;
using Amend.Models.Families;
using static TorchSharp.torch;

namespace Amend.Editing.HyperNetworks.Objectives;

/// <summary>
/// The objective of Mitchell et al. 2022, eq. 4: c_edit times the negative log-likelihood of the new target after the edit, and c_loc
/// times KL(unedited ‖ edited) over the tokens of texts that should be kept; the mean over examples. EFK is trained with it too.
/// </summary>
/// <param name="model">The model, without edits.</param>
/// <param name="editWeight">c_edit.</param>
/// <param name="localityWeight">c_loc.</param>
internal sealed class EditObjective(LanguageModel model, double editWeight, double localityWeight) : IDisposable
{
    private readonly UneditedOutputs _unedited = new(model);

    /// <summary>The model, without edits.</summary>
    public LanguageModel Model => model;

    /// <summary>c_edit.</summary>
    public double EditWeight => editWeight;

    /// <summary>c_loc.</summary>
    public double LocalityWeight => localityWeight;

    /// <summary>Whether exactly one of an output's targets is right, and not each of several labels true or not.</summary>
    public bool IsExclusive => model.Transformer is not EncoderClassifier { Labels: { AreExclusive: false, Names.Count: > 1 } };

    /// <summary>Makes ready to measure examples; no view may be open.</summary>
    /// <returns>A pass over all their texts; the caller disposes it before the next is asked for.</returns>
    /// <exception cref="Amend.Tensors.AmendException">A text or target cannot be used with the model.</exception>
    public ObjectivePass Prepare(IReadOnlyList<EditExample> examples) =>
        new(this, examples, _unedited.Of([.. examples.SelectMany(example => example.Kept)]));

    /// <inheritdoc/>
    public void Dispose() => _unedited.Dispose();

    /// <summary>The negative log-likelihood of each target.</summary>
    /// <param name="logs">Log-probabilities, <c>[N,V]</c>.</param>
    /// <param name="targets">The target ids, <c>[N]</c> int64.</param>
    /// <returns><c>[N]</c> with gradients, in the caller's dispose scope.</returns>
    public static Tensor NegativeLogLikelihood(Tensor logs, Tensor targets)
    {
        using var scope = NewDisposeScope();
        return logs.gather(1, targets.unsqueeze(1)).squeeze(1).neg().MoveToOuterDisposeScope();
    }

    /// <summary>KL(before ‖ after) at each place; that of labels that do not exclude each other is the sum of each one's.</summary>
    /// <param name="before">Log-probabilities, <c>[N,V]</c>.</param>
    /// <param name="after">Log-probabilities, <c>[N,V]</c>.</param>
    /// <param name="exclusive">Whether exactly one of the ids is right.</param>
    /// <returns><c>[N]</c> with the gradients of <paramref name="after"/>, in the caller's dispose scope.</returns>
    public static Tensor Divergence(Tensor before, Tensor after, bool exclusive)
    {
        using var scope = NewDisposeScope();
        var terms = before.exp() * (before - after);
        if (!exclusive)
        {
            var (not, notAfter) = (Complement(before), Complement(after));
            terms = terms + (not.exp() * (not - notAfter));
        }

        return terms.sum(1).MoveToOuterDisposeScope();
    }

    /// <summary>log(1 - p) from log p, which rounding may have made 0.</summary>
    private static Tensor Complement(Tensor logs)
    {
        const double Least = 1e-12;
        return log1p(logs.exp().neg()).clamp_min(Math.Log(Least));
    }
}
