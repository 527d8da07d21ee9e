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
        using var gradients = enable_grad();
        using var scope = NewDisposeScope();
        var value_O = new Parameter(start_O.detach().to(float32, copy: true));
        using var adam = optim.Adam([value_O], options.EditLr);
        var trial = new ValueTrial(value_O, options.Replacement);
        using var view = model.View().Adapt(weight, trial);
        var losses = new List<LossStep>();
        for (var step = 0; step < options.NIter; step++)
        {
            using var inner = NewDisposeScope();
            onStep?.Invoke(step);
            var loss = batch.Loss();
            Note(losses, loss.item<float>(), options);
            if (!trial.Reaches)
                break;
            value_O.grad = autograd.grad([loss], [value_O])[0];
            adam.step();
        }

        value_O.grad = null;
        var isGiven = batch.Score()[0].Score.IsGreedy;
        return new TrainedValue(value_O.detach().MoveToOuterDisposeScope(), losses, isGiven);
    }

    private static void Note(List<LossStep> losses, float loss, GraceOptions options)
    {
        losses.Add(new LossStep(losses.Count, loss, loss, 0, 0));
        if (float.IsFinite(loss))
            return;
        throw new ArithmeticException(losses.Count == 1
            ? $"The loss of a codebook's value is {loss} before anything was changed; check the model's weights and the edits that it has."
            : $"The loss of a codebook's value became {loss} at step {losses.Count - 1} with edit_lr {options.EditLr}; use a lower one.");
    }
}

/// <summary>A value that was trained.</summary>
/// <param name="Value">The value, <c>[out]</c>, float32.</param>
/// <param name="Losses">The loss before each step.</param>
/// <param name="Converged">Whether the model gives the target with it.</param>
internal sealed record TrainedValue(Tensor Value, IReadOnlyList<LossStep> Losses, bool Converged);
