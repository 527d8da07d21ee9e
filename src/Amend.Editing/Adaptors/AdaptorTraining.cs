using Amend.Models.Scoring;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Amend.Editing.Adaptors;

/// <summary>
/// Trains what an adaptor gives by gradient descent on a target's loss with the adaptor in place. The batch's passes go on at the layer,
/// so that only what is above it is computed.
/// </summary>
internal static class AdaptorTraining
{
    /// <summary>Trains parameters, in place, with an optimiser of their own.</summary>
    /// <param name="batch">One prompt with its target, of a model in which a view has the adaptor in place.</param>
    /// <param name="parameters">The parameters that the adaptor is made of.</param>
    /// <param name="options">Steps and rate.</param>
    /// <param name="onStep">Told of each step before it is made; null for nobody.</param>
    /// <returns>The loss before each step; fewer where the loss does not depend on the parameters, which ends the training.</returns>
    /// <exception cref="ArithmeticException">A loss is no number.</exception>
    public static IReadOnlyList<LossStep> Run(
        TargetBatch batch, IReadOnlyList<Parameter> parameters, AdaptorOptions options, Action<int>? onStep)
    {
        using var gradients = enable_grad();
        using var scope = NewDisposeScope();
        using var adam = optim.Adam(parameters, options.EditLr);
        var losses = new List<LossStep>();
        for (var step = 0; step < options.NIter; step++)
        {
            using var inner = NewDisposeScope();
            onStep?.Invoke(step);
            var loss = batch.Loss();
            Note(losses, loss.item<float>(), options);
            if (!loss.requires_grad)
                break;
            foreach (var (parameter, slope) in parameters.Zip(autograd.grad([loss], [.. parameters])))
                parameter.grad = slope;
            adam.step();
        }

        foreach (var parameter in parameters)
            parameter.grad = null;
        return losses;
    }

    private static void Note(List<LossStep> losses, float loss, AdaptorOptions options)
    {
        losses.Add(new LossStep(losses.Count, loss, loss, 0, 0));
        if (float.IsFinite(loss))
            return;
        throw new ArithmeticException(losses.Count == 1
            ? $"The loss of an adaptor is {loss} before anything was changed; check the model's weights and the edits that it has."
            : $"The loss of an adaptor became {loss} at step {losses.Count - 1} with edit_lr {options.EditLr}; use a lower one.");
    }
}
