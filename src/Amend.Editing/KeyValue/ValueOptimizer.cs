using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Amend.Editing.KeyValue;

/// <summary>
/// Optimises the values that make the model give the new targets (Meng et al. 2022, eq. 4; <c>compute_v</c> in kmeng01/rome and
/// <c>compute_z</c> in kmeng01/memit): target loss over all context templates, divergence at the essence prompt, and norm decay,
/// with the change kept inside a ball. Requests are optimised together, each with its own loss, stop and ball, so that each
/// gets what it gets alone.
/// </summary>
internal static class ValueOptimizer
{
    /// <summary>Finds the changes of the values.</summary>
    /// <param name="pass">The model's answers with changes added; requests that are finished are left out of it.</param>
    /// <param name="batch">The sequences.</param>
    /// <param name="original_ND">What the bare prompts' values are, <c>[N,D]</c>, float32.</param>
    /// <param name="options">Steps, rates and factors.</param>
    /// <param name="onStep">Told of each evaluation before it is made, from 0; what it throws ends the optimisation.</param>
    /// <returns>The values, in the caller's dispose scope.</returns>
    /// <exception cref="ArithmeticException">A loss is no number.</exception>
    public static OptimizedValues Optimize(
        IRewritePass pass, RewriteBatch batch, Tensor original_ND, IValueOptions options, Action<int>? onStep = null)
    {
        using var gradients = enable_grad();
        using var scope = NewDisposeScope();
        var delta_ND = new Parameter(zeros_like(original_ND));
        var norm_N1 = original_ND.norm(1, keepdim: true).detach();
        using var search = SearchOf(options, delta_ND, norm_N1);
        Tensor? essenceBefore_ND = null;
        var losses = Enumerable.Range(0, batch.Requests).Select(_ => new List<LossStep>()).ToArray();
        int[] active = [.. Enumerable.Range(0, batch.Requests)];
        for (var step = 0; active.Length > 0; step++)
        {
            using var inner = NewDisposeScope();
            onStep?.Invoke(step);
            delta_ND.grad?.zero_();
            var active_A = Indices(active, original_ND.device);
            var part_AD = delta_ND.index_select(0, active_A);
            var (targetLogits, essenceLogits) = pass.Run(part_AD);
            var essence = log_softmax(essenceLogits, -1);
            essenceBefore_ND ??= essence.detach().MoveToOuterDisposeScope();
            var nll_A = Nll(targetLogits, batch, active);
            // KL(edited || original): the reference hands kl_div the original first.
            var before_AD = essenceBefore_ND.index_select(0, active_A);
            var kl_A = options.KlFactor * kl_div(before_AD, essence, log_target: true, reduction: nn.Reduction.None).sum(1);
            var decay_A = options.VWeightDecay * (part_AD.norm(1, keepdim: true) / norm_N1.index_select(0, active_A).square()).squeeze(1);
            var loss_A = nll_A + kl_A + decay_A;
            Note(losses, active, step, stack([loss_A, nll_A, kl_A, decay_A]), options.VLr);
            var isLast = step == options.VNumGradSteps - 1;
            int[] going = isLast ? [] : [.. active.Where(request => losses[request][^1].Total >= options.VLossThreshold)];
            if (going.Length == 0)
                break;
            loss_A.sum().backward();
            search.Move(going, Last(losses), delta_ND.grad!);
            if (going.Length < active.Length)
                pass.Keep([.. going.Select(request => Array.IndexOf(active, request))]);
            active = going;
        }

        search.Finish(Last(losses));
        return new OptimizedValues(
            original_ND.alias().MoveToOuterDisposeScope(),
            delta_ND.detach().MoveToOuterDisposeScope(),
            losses,
            [.. losses.Select(steps => steps[^1].Total < options.VLossThreshold)]);
    }

    /// <summary>Mean negative log-probability of each request's target over its prompts and tokens, <c>[A]</c>.</summary>
    private static Tensor Nll(Tensor logits_PV, RewriteBatch batch, int[] active)
    {
        int[][] targets = [.. active.Select(request => batch.Targets[request])];
        var ofPrompts = targets.SelectMany(target => Enumerable.Repeat(target, batch.Prompts).SelectMany(ids => ids));
        var target_P = Indices(ofPrompts, logits_PV.device);
        var request_P = Indices(targets.SelectMany((target, i) => Enumerable.Repeat(i, target.Length * batch.Prompts)), logits_PV.device);
        var places_A = tensor(targets.Select(target => (float)(target.Length * batch.Prompts)).ToArray(), device: logits_PV.device);
        var nll_P = cross_entropy(logits_PV, target_P, reduction: nn.Reduction.None);
        return zeros_like(places_A).index_add(0, request_P, nll_P, 1) / places_A;
    }

    private static void Note(List<LossStep>[] losses, int[] active, int step, Tensor parts_4A, double rate)
    {
        var values = parts_4A.detach().cpu().data<float>().ToArray();
        for (var i = 0; i < active.Length; i++)
        {
            float Part(int part) => values[(part * active.Length) + i];
            losses[active[i]].Add(new LossStep(step, Part(0), Part(1), Part(2), Part(3)));
            if (!float.IsFinite(Part(0)))
                throw new ArithmeticException(NoNumber(Part(0), step, rate));
        }
    }

    private static string NoNumber(double loss, int step, double rate) => step == 0
        ? $"The loss of v* is {loss} at step 0, before anything was changed; check the model's weights and the edits that it has."
        : $"The loss of v* became {loss} at step {step} with v_lr {rate}; use a lower one.";

    private static double[] Last(List<LossStep>[] losses) => [.. losses.Select(steps => steps[^1].Total)];

    private static IValueSearch SearchOf(IValueOptions options, Parameter delta_ND, Tensor norm_N1) => options.VOptimizer switch
    {
        ValueSearch.Lbfgs => new LbfgsSearch(delta_ND, norm_N1, options.ClampNormFactor, options.VLr),
        _ => new AdamSearch(delta_ND, options.ClampNormFactor * norm_N1, options.VLr),
    };

    private static Tensor Indices(IEnumerable<int> values, Device device) =>
        tensor(values.Select(value => (long)value).ToArray(), device: device);
}

/// <summary>The values that make the model give the new targets, one for each request.</summary>
/// <param name="Original">What the values were, <c>[N,D]</c>, float32.</param>
/// <param name="Delta">What is added to them, <c>[N,D]</c>, float32.</param>
/// <param name="Losses">The losses of each request, step by step until it was finished.</param>
/// <param name="Converged">Whether each request's loss fell below the threshold.</param>
internal sealed record OptimizedValues(
    Tensor Original, Tensor Delta, IReadOnlyList<IReadOnlyList<LossStep>> Losses, IReadOnlyList<bool> Converged)
{
    /// <summary>Means over the requests, step by step; a request that was finished earlier counts with its last losses.</summary>
    public IReadOnlyList<LossStep> MeanLosses => [.. Enumerable.Range(0, Losses.Max(steps => steps.Count)).Select(step =>
    {
        LossStep[] now = [.. Losses.Select(steps => steps[Math.Min(step, steps.Count - 1)])];
        double Mean(Func<LossStep, double> part) => now.Average(part);
        return new LossStep(step, Mean(s => s.Total), Mean(s => s.Nll), Mean(s => s.Kl), Mean(s => s.WeightDecay));
    })];
}
