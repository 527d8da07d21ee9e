using Amend.Models;
using Amend.Models.Effects;
using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Editing.Comparison;

/// <summary>
/// A weight whose changes are not the same in two states: the difference, as the edits say it, before a type of half precision rounds it.
/// </summary>
/// <param name="Weight">Its name in the checkpoint.</param>
/// <param name="Shape">Its shape; a matrix is <c>[out,in]</c>.</param>
/// <param name="Norm">The Frobenius norm of the difference, ‖ΔW‖.</param>
/// <param name="Relative">That norm over the one of the weight without edits, ‖ΔW‖ / ‖W₀‖.</param>
/// <param name="Share">What of the squared norms of all weights' differences it has, 0 to 1.</param>
public sealed record WeightDifference(string Weight, IReadOnlyList<long> Shape, double Norm, double Relative, double Share)
{
    /// <summary>
    /// How many singular values of the difference stand above what rounding the weight's own numbers makes (<see cref="RoundingNoise"/>);
    /// null for vectors.
    /// </summary>
    public int? Rank { get; init; }

    /// <summary>The share of the squared norm that the largest singular value has, 0 to 1; null for vectors.</summary>
    public double? FirstShare { get; init; }

    /// <summary>Measures the weights that edits change which only one of two states has.</summary>
    /// <param name="model">The model, with whatever edits.</param>
    /// <param name="onlyA">The edits of the one.</param>
    /// <param name="onlyB">The edits of the other.</param>
    /// <param name="pace">Told of each weight.</param>
    internal static IReadOnlyList<WeightDifference> Measure(
        LanguageModel model, IReadOnlyList<Edit> onlyA, IReadOnlyList<Edit> onlyB, EditPace pace)
    {
        var (taken, given) = (ChangesOf(onlyA), ChangesOf(onlyB));
        string[] changed = [.. model.Weights.All.Select(weight => weight.Name).Where(name => taken.Contains(name) || given.Contains(name))];
        var found = new List<WeightDifference>();
        foreach (var (at, weight) in changed.Index())
        {
            pace.Report("weights", at, changed.Length);
            if (Measure(model, weight, [.. taken[weight]], [.. given[weight]]) is { Norm: not 0 } one)
                found.Add(one);
        }

        var whole = found.Sum(one => one.Norm * one.Norm);
        return [.. found.Select(one => one with { Share = one.Norm * one.Norm / whole })];
    }

    private static ILookup<string, IWeightDelta> ChangesOf(IReadOnlyList<Edit> edits) => edits
        .SelectMany(edit => edit.Effects)
        .OfType<WeightEffect>()
        .ToLookup(change => change.Weight, change => change.Delta, StringComparer.Ordinal);

    private static WeightDifference Measure(
        LanguageModel model, string weight, IReadOnlyList<IWeightDelta> taken, IReadOnlyList<IWeightDelta> given)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        var own = model.Applied.BaseOf(weight);
        var size = own.to(float64).norm().item<double>();
        if (own.dim() != 2)
            return Plain(weight, own, size, Sum(own, given) - Sum(own, taken));
        using var factors = Factors(taken, given);
        using var difference = factors is null ? Sum(own, given) - Sum(own, taken) : null;
        var norm = factors?.FrobeniusNorm() ?? difference!.norm().item<double>();
        var found = new WeightDifference(weight, own.shape, norm, Relative: norm / size, Share: 0);
        if (!double.IsFinite(norm) || norm == 0)
            return found;
        var values = factors is null ? SingularValues.Of(difference!) : SingularValues.Of(factors);
        return found with
        {
            Rank = values.RankAbove(RoundingNoise.Largest(own, own.dtype, own.dtype)),
            FirstShare = values.FirstShare,
        };
    }

    private static WeightDifference Plain(string weight, Tensor own, double size, Tensor difference)
    {
        var norm = difference.norm().item<double>();
        return new WeightDifference(weight, own.shape, norm, norm / size, Share: 0);
    }

    /// <summary>The difference as factors that stand beside each other; null where a change has none. The caller disposes.</summary>
    private static LowRankDelta? Factors(IReadOnlyList<IWeightDelta> taken, IReadOnlyList<IWeightDelta> given)
    {
        if (taken.Concat(given).Any(delta => delta is not LowRankDelta))
            return null;
        using var scope = NewDisposeScope();
        return new LowRankDelta(
            cat([.. given.Cast<LowRankDelta>().Select(one => one.Left), .. taken.Cast<LowRankDelta>().Select(one => -one.Left)], 1),
            cat([.. given.Concat(taken).Cast<LowRankDelta>().Select(one => one.Right)], 1));
    }

    private static Tensor Sum(Tensor like, IReadOnlyList<IWeightDelta> deltas)
    {
        var sum = zeros(like.shape, float64);
        foreach (var delta in deltas)
            delta.AddTo(sum);
        return sum;
    }
}
