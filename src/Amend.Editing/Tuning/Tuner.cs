using static TorchSharp.torch;

namespace Amend.Editing.Tuning;

/// <summary>Tunes weights with Adam until the model gives the targets (<c>execute_ft</c> in kmeng01/rome).</summary>
/// <param name="schedule">Steps and rate.</param>
/// <param name="pace">Told of each step.</param>
internal sealed class Tuner(TuningSchedule schedule, EditPace pace)
{
    /// <summary>Runs passes over the batches, a step each, until a pass's mean loss is below the threshold or all are used.</summary>
    /// <param name="batches">The requests.</param>
    /// <param name="weights">What is tuned; they hold the result.</param>
    /// <param name="constrain">Puts the weights back within their bound after a step; null where they have none.</param>
    /// <returns>The loss of each evaluation, before its step; whether a pass was below the threshold.</returns>
    /// <exception cref="ArithmeticException">The loss is no number.</exception>
    public (IReadOnlyList<LossStep> Losses, bool Converged) Run(
        TuningBatches batches, IReadOnlyList<ITunedWeight> weights, Action? constrain = null)
    {
        using var gradients = enable_grad();
        using var scope = NewDisposeScope();
        using var adam = optim.Adam(weights.SelectMany(weight => weight.Parameters), schedule.Lr, weight_decay: schedule.WeightDecay);
        var losses = new List<LossStep>();
        for (var pass = 0; pass < schedule.NumSteps; pass++)
        {
            var (sum, ofPass) = (0.0, batches.OfPass(pass));
            foreach (var batch in ofPass)
            {
                using var inner = NewDisposeScope();
                pace.Report("tuning", losses.Count, schedule.NumSteps * ofPass.Count);
                var loss = batch.Loss();
                var nll = loss.item<float>();
                losses.Add(new LossStep(losses.Count, nll, nll, 0, 0));
                if (!float.IsFinite(nll))
                    throw new ArithmeticException(NoNumber(losses[^1], schedule.Lr));
                sum += nll * batch.Count;
                if (nll >= schedule.LossThreshold)
                    Step(loss, weights, adam, constrain);
            }

            if (sum / batches.Requests < schedule.LossThreshold)
                return (losses, true);
        }

        return (losses, false);
    }

    private static void Step(Tensor loss, IReadOnlyList<ITunedWeight> weights, optim.Optimizer adam, Action? constrain)
    {
        var slopes = autograd.grad([loss], [.. weights.Select(weight => weight.Leaf)]);
        for (var i = 0; i < weights.Count; i++)
            weights[i].Receive(slopes[i]);
        adam.step();
        constrain?.Invoke();
        foreach (var weight in weights)
            weight.Show();
    }

    private static string NoNumber(LossStep loss, double rate) => loss.Step == 0
        ? $"The loss of fine-tuning is {loss.Total} at step 0, before anything was changed; "
            + $"check the model's weights and the edits that it has."
        : $"The loss of fine-tuning became {loss.Total} at step {loss.Step} with lr {rate}; use a lower one.";
}

/// <summary>How long and how fast weights are tuned.</summary>
/// <param name="Lr">Adam's learning rate.</param>
/// <param name="NumSteps">Most passes over the requests.</param>
/// <param name="WeightDecay">Adam's weight decay, which goes into the gradient.</param>
/// <param name="LossThreshold">Mean loss of a pass below which tuning stops; a batch below it makes no step.</param>
internal sealed record TuningSchedule(double Lr, int NumSteps, double WeightDecay, double LossThreshold);
