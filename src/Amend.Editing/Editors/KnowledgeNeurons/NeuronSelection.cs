using static TorchSharp.torch;

namespace Amend.Editing.Editors.KnowledgeNeurons;

/// <summary>
/// Which neurons hold the fact: those of high attribution in enough of the prompts (<c>get_refined_neurons</c> in kmeng01/rome).
/// </summary>
internal static class NeuronSelection
{
    /// <summary>Selects neurons.</summary>
    /// <param name="attributions">The attributions of each prompt, <c>[L,F]</c> each.</param>
    /// <param name="options">The two thresholds.</param>
    /// <returns>True at the kept ones, <c>[L,F]</c> bool, in the caller's dispose scope.</returns>
    public static Tensor Select(IReadOnlyList<Tensor> attributions, KnowledgeNeuronsOptions options)
    {
        using var scope = NewDisposeScope();
        var counts = attributions
            .Select(scores => scores > Threshold(scores, options))
            .Aggregate(zeros_like(attributions[0], dtype: int64), (sum, coarse) => sum + coarse.to(int64));
        return (counts > attributions.Count * options.P).MoveToOuterDisposeScope();
    }

    /// <summary>What a neuron's attribution must be above to count in a prompt.</summary>
    public static double Threshold(Tensor scores, KnowledgeNeuronsOptions options)
    {
        using var scope = NewDisposeScope();
        return scores.max().item<float>() * options.AdaptiveThreshold;
    }
}
