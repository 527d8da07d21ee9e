using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Amend.Editing.Editors.Rome;

/// <summary>
/// Optimises the value v* that makes the model give the new target (Meng et al. 2022, eq. 4; <c>compute_v</c> in kmeng01/rome):
/// target loss over all context templates, divergence at the essence prompt, and norm decay, with the change kept inside a ball.
/// </summary>
internal static class RomeValue
{
    /// <summary>Finds the change of the value.</summary>
    /// <param name="pass">The model's answers with a change added.</param>
    /// <param name="batch">The sequences.</param>
    /// <param name="original">v0, the MLP's output at the bare prompt's lookup token, <c>[D]</c>, float32.</param>
    /// <param name="options">Steps, rates and factors.</param>
    /// <returns>delta = v* - v0, <c>[D]</c>, in the caller's dispose scope; the losses of each step; whether the threshold was reached.</returns>
    /// <exception cref="ArithmeticException">The loss is no number.</exception>
    public static (Tensor Delta, IReadOnlyList<LossStep> Losses, bool Converged) Optimize(IRewritePass pass, RewriteBatch batch, Tensor original, RomeOptions options)
    {
        using var gradients = enable_grad();
        using var scope = NewDisposeScope();
        var delta = new Parameter(zeros_like(original));
        using var adam = optim.Adam([delta], options.VLr);
        var norm = original.norm().item<float>();
        var targets = tensor(Enumerable.Repeat(batch.Target, batch.Prompts).SelectMany(t => t).Select(id => (long)id).ToArray(), device: original.device);
        Tensor? essenceBefore = null;
        var losses = new List<LossStep>();
        for (var step = 0; step < options.VNumGradSteps; step++)
        {
            using var inner = NewDisposeScope();
            adam.zero_grad();
            var (targetLogits, essenceLogits) = pass.Run(delta);
            var essence = log_softmax(essenceLogits, -1);
            essenceBefore ??= essence.detach().MoveToOuterDisposeScope();
            var nll = cross_entropy(targetLogits, targets);
            // KL(edited || original): the reference hands kl_div the original first.
            var kl = options.KlFactor * kl_div(essenceBefore, essence, log_target: true, reduction: nn.Reduction.Sum);
            var decay = options.VWeightDecay * delta.norm() / (norm * norm);
            var loss = nll + kl + decay;
            losses.Add(new LossStep(step, loss.item<float>(), nll.item<float>(), kl.item<float>(), decay.item<float>()));
            if (!double.IsFinite(losses[^1].Total))
                throw new ArithmeticException(NoNumber(losses[^1].Total, step, options.VLr));
            if (losses[^1].Total < options.VLossThreshold || step == options.VNumGradSteps - 1)
                break;
            loss.backward();
            adam.step();
            Project(delta, options.ClampNormFactor * norm);
        }

        return (delta.detach().MoveToOuterDisposeScope(), losses, losses[^1].Total < options.VLossThreshold);
    }

    private static string NoNumber(double loss, int step, double rate) => step == 0
        ? $"The loss of v* is {loss} at step 0, before anything was changed; check the model's weights and the edits that it has."
        : $"The loss of v* became {loss} at step {step} with v_lr {rate}; use a lower one.";

    private static void Project(Tensor delta, double radius)
    {
        using var none = no_grad();
        var norm = delta.norm().item<float>();
        if (norm > radius)
            delta.mul_(radius / norm);
    }
}
