using System.Text.Json.Serialization;
using Amend.Models;
using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Editing.Governance;

/// <summary>
/// How far a matrix was moved, in units of what it is without edits: its relative Frobenius norm, the distance that follows a
/// model's decay under edits (Gupta et al. 2024, arXiv 2401.07453).
/// </summary>
/// <param name="Weight">The weight's name in the checkpoint.</param>
/// <param name="Write">‖ΔW‖ / ‖W₀‖ of the last write.</param>
/// <param name="Total">‖W - W₀‖ / ‖W₀‖ of all applied edits together.</param>
[JsonNumberHandling(JsonNumberHandling.AllowNamedFloatingPointLiterals)]
public sealed record WeightChange(string Weight, double Write, double Total)
{
    /// <summary>Measures the matrices that a write changed; biases are passed over.</summary>
    /// <param name="model">The model, with the write applied.</param>
    /// <param name="edits">The edits of the write, in order.</param>
    public static IReadOnlyList<WeightChange> Of(LanguageModel model, IReadOnlyList<Edit> edits)
    {
        var changed = edits
            .SelectMany(edit => edit.Deltas)
            .Where(delta => delta.Value.Shape.Count == 2)
            .ToLookup(delta => delta.Key, delta => delta.Value);
        return [.. changed.Select(deltas => Of(model, deltas.Key, [.. deltas]))];
    }

    private static WeightChange Of(LanguageModel model, string name, IReadOnlyList<IWeightDelta> deltas)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        var (before, now) = (model.Applied.BaseOf(name).to(float32), model.Weights[name].Value.to(float32));
        var norm = Norm(before);
        return new WeightChange(name, NormOf(deltas, before) / norm, Norm(now - before) / norm);
    }

    /// <summary>The norm of the sum of changes, which only several together need to be formed for.</summary>
    private static double NormOf(IReadOnlyList<IWeightDelta> deltas, Tensor like)
    {
        if (deltas.Count == 1)
            return deltas[0].FrobeniusNorm();
        var sum = zeros_like(like);
        foreach (var delta in deltas)
            delta.AddTo(sum);
        return Norm(sum);
    }

    private static double Norm(Tensor value) => Math.Sqrt(value.square().sum(ScalarType.Float64).item<double>());
}
