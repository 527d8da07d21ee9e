using Amend.Models.Scoring;
using Amend.Tensors.Optimization;
using static TorchSharp.torch;

namespace Amend.Editing.Tuning;

/// <summary>
/// Tunes weights until the model gives the targets: by their loss (<c>execute_ft</c> in kmeng01/rome), or by what it predicts
/// (<c>eval_bert_binary.py</c> in nicola-decao/KnowledgeEditor).
/// </summary>
/// <param name="schedule">Steps and rate.</param>
/// <param name="pace">Told of each step.</param>
internal sealed class Tuner(TuningSchedule schedule, EditPace pace)
{
    /// <summary>
    /// What a step's loss gets beside that of its requests, a scalar with gradients, in the caller's dispose scope; nothing by default.
    /// </summary>
    public Func<Tensor>? Penalty { get; init; }

    /// <summary>
    /// Runs passes over the batches, a step each, until a pass's mean loss is below the threshold, or every target is predicted; or
    /// all passes are used.
    /// </summary>
    /// <param name="batches">The requests.</param>
    /// <param name="weights">What is tuned; they hold the result.</param>
    /// <param name="constrain">Puts the weights back within their bound after a step; null where they have none.</param>
    /// <returns>The loss of each evaluation, before its step; whether it ended before all passes were used.</returns>
    /// <exception cref="ArithmeticException">The loss is no number.</exception>
    public (IReadOnlyList<LossStep> Losses, bool Converged) Run(
        TuningBatches batches, IReadOnlyList<ITunedWeight> weights, Action? constrain = null)
    {
        using var gradients = enable_grad();
        using var scope = NewDisposeScope();
        using var optimizer = schedule.Create([.. weights.SelectMany(Named)]);
        var losses = new List<LossStep>();
        for (var pass = 0; pass < schedule.NumSteps; pass++)
        {
            var (sum, steps, ofPass) = (0.0, 0, batches.OfPass(pass));
            foreach (var batch in ofPass)
            {
                using var inner = NewDisposeScope();
                pace.Report("tuning", losses.Count, schedule.NumSteps * ofPass.Count);
                var loss = batch.Loss();
                var nll = loss.item<float>();
                var penalty = Penalty?.Invoke();
                var added = penalty?.item<float>() ?? 0;
                losses.Add(new LossStep(losses.Count, nll + added, nll, 0, added));
                if (!float.IsFinite(nll + added))
                    throw new ArithmeticException(NoNumber(losses[^1], schedule.Lr));
                sum += nll * batch.Count;
                if (IsReached(batch, nll))
                    continue;
                Step(penalty is null ? loss : loss + penalty, weights, optimizer, constrain);
                steps++;
            }

            if (schedule.Stop == TuningStop.Prediction ? steps == 0 : sum / batches.Requests < schedule.LossThreshold)
                return (losses, true);
        }

        return (losses, false);
    }

    private bool IsReached(TargetBatch batch, double nll) => schedule.Stop == TuningStop.Prediction
        ? batch.Score().All(answer => answer.Score.IsGreedy)
        : nll < schedule.LossThreshold;

    private static IEnumerable<NamedTensor> Named(ITunedWeight weight) =>
        weight.Parameters.Select((parameter, part) => new NamedTensor($"{weight.Name} {part}", parameter));

    private void Step(Tensor loss, IReadOnlyList<ITunedWeight> weights, Optimizer optimizer, Action? constrain)
    {
        var slopes = Gradients.Of(loss, [.. weights.Select(weight => weight.Leaf)]);
        for (var i = 0; i < weights.Count; i++)
            weights[i].Receive(slopes[i]);
        optimizer.Step(schedule.Lr);
        constrain?.Invoke();
        foreach (var weight in weights)
            weight.Show();
    }

    private static string NoNumber(LossStep loss, double rate) => loss.Step == 0
        ? $"The loss of fine-tuning is {loss.Total} at step 0, before anything was changed; "
            + $"check the model's weights and the edits that it has."
        : $"The loss of fine-tuning became {loss.Total} at step {loss.Step} with lr {rate}; use a lower one.";
}
