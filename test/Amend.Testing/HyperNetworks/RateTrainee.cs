using Amend.Editing;
using Amend.Editing.HyperNetworks;
using Amend.Models.Scoring;
using Amend.Models.Weights;
using Amend.Tensors.Optimization;
using static TorchSharp.torch;

namespace Amend.Testing.HyperNetworks;

/// <summary>Trains a <see cref="RateNetwork"/> on the loss of the target under the edit, at the prompt and its paraphrases.</summary>
internal sealed class RateTrainee(NetworkLesson lesson, RateNetworkOptions options) : ITrainee
{
    private readonly Adam _adam = new(lesson.Network.Tensors);

    public IReadOnlyList<NamedTensor> Tensors => lesson.Network.Tensors;

    public IReadOnlyList<ScheduledOptimizer> Optimizers => [new ScheduledOptimizer(_adam, new ConstantRate(options.Lr))];

    public IReadOnlyDictionary<string, double> Learn(int batch)
    {
        using var scope = NewDisposeScope();
        var request = lesson.Data.Train[new Random((lesson.Seed * 1_000_003) ^ batch).Next(lesson.Data.Train.Count)];
        var loss = LossAfter(request);
        loss.backward();
        return new Dictionary<string, double> { [NetworkFigures.Loss] = loss.item<float>() };
    }

    public IReadOnlyDictionary<string, double> Validate(int stepsDone)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        var (losses, held, kept) = (new List<double>(), new List<bool>(), new List<bool>());
        foreach (var request in lesson.Data.Validation)
        {
            losses.Add(LossAfter(request).item<float>());
            var before = Answers(request.Neighbors);
            using var edited = Edited(request);
            held.Add(new TargetScorer(lesson.Model).Score(request.FilledPrompt, request.TargetNew).IsGreedy);
            kept.AddRange(before.Zip(Answers(request.Neighbors), (old, now) => old == now));
        }

        return new Dictionary<string, double>
        {
            [NetworkFigures.Loss] = losses.Average(),
            [NetworkFigures.Success] = held.Average(holds => holds ? 1 : 0),
            [NetworkFigures.Locality] = kept.Select(keeps => keeps ? 1.0 : 0).DefaultIfEmpty(1).Average(),
        };

        List<string> Answers(IReadOnlyList<string> prompts) => prompts.Count == 0 ? [] : [.. Batch(prompts, request: lesson.Data.Validation[0])];
    }

    public void Dispose() => _adam.Dispose();

    private Tensor LossAfter(EditRequest request)
    {
        using var edited = Edited(request);
        using var batch = TargetBatch.Create(lesson.Model, [.. request.Paraphrases.Prepend(request.FilledPrompt).Select(prompt => (prompt, request.TargetNew))]);
        return batch.Loss();
    }

    private WeightView Edited(EditRequest request)
    {
        var updates = lesson.Network.Updates(lesson.Model, [request]);
        var view = lesson.Model.View();
        foreach (var (weight, update) in updates)
            view.Add(weight, update);
        return view;
    }

    /// <summary>What the model answers, as long as the target of some request.</summary>
    private IEnumerable<string> Batch(IReadOnlyList<string> prompts, EditRequest request)
    {
        using var batch = TargetBatch.Create(lesson.Model, [.. prompts.Select(prompt => (prompt, request.TargetNew))]);
        return [.. batch.Answers().Select(answer => answer.Text)];
    }
}
