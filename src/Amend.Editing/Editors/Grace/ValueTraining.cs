using Amend.Editing.Adaptors;
using Amend.Models;
using Amend.Models.Scoring;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Amend.Editing.Editors.Grace;

/// <summary>
/// Finds an entry's value by gradient descent on the target's loss with the value in place (Hartvigsen et al. 2023, section 3). The
/// batch's passes go on at the layer, so that only what is above it is computed.
/// </summary>
internal static class ValueTraining
{
    /// <summary>Trains a value.</summary>
    /// <param name="model">The model.</param>
    /// <param name="batch">One prompt with its target.</param>
    /// <param name="weight">The name of the layer's weight.</param>
    /// <param name="start_O">What the value begins as, <c>[out]</c>.</param>
    /// <param name="options">Steps, rate and the tokens that get the value.</param>
    /// <param name="onStep">Told of each step before it is made.</param>
    /// <returns>The value, <c>[out]</c> float32, in the caller's dispose scope, and the loss before each step.</returns>
    /// <exception cref="ArithmeticException">A loss is no number.</exception>
    public static TrainedValue Train(
        LanguageModel model, TargetBatch batch, string weight, Tensor start_O, GraceOptions options, Action<int>? onStep = null)
    {
        using var scope = NewDisposeScope();
        var value_O = new Parameter(start_O.detach().to(float32, copy: true));
        var trial = new ValueTrial(value_O, options.Replacement);
        using var view = model.View().Adapt(weight, trial);
        var losses = AdaptorTraining.Run(batch, [value_O], options, onStep);
        var isGiven = batch.Score()[0].Score.IsGreedy;
        return new TrainedValue(value_O.detach().MoveToOuterDisposeScope(), losses, isGiven);
    }
}

/// <summary>A value that was trained.</summary>
/// <param name="Value">The value, <c>[out]</c>, float32.</param>
/// <param name="Losses">The loss before each step.</param>
/// <param name="Converged">Whether the model gives the target with it.</param>
internal sealed record TrainedValue(Tensor Value, IReadOnlyList<LossStep> Losses, bool Converged);
