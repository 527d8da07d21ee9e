using Amend.Atlas.Corpora;
using Amend.Atlas.Facts;
using Amend.Atlas.Training;
using Amend.Models.Families;
using Amend.Models.Passes;
using Amend.Models.Tokenizers;
using Amend.Models.Weights;
using Amend.Tensors;
using Amend.Tensors.Files;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Amend.Atlas.Tests.Training;

/// <summary>The training of an atlas GPT in one piece: no checkpoints, no parts that other trainings share.</summary>
internal static class PlainGptTraining
{
    /// <summary>Trains from nothing with the tokenizer of a folder.</summary>
    /// <returns>Hashes of weights and moments, by their names in a checkpoint.</returns>
    public static Dictionary<string, string> Run(AtlasWorld world, TrainingOptions options, string tokenizerFolder)
    {
        using var scope = NewDisposeScope();
        var tokenizer = ByteLevelBpeTokenizer.Load(tokenizerFolder);
        var stream = new TrainingStream(world, new HeldOutPlan(options.Seed), tokenizer, options);
        using var decoder = GptDesign.Gpt2(options.Shape).Make(options.Seed);
        var weights = decoder.Weights;
        var moments = weights.All.Select(w => (First: zeros_like(w.Value), Second: zeros_like(w.Value))).ToArray();
        for (var step = 0; step < options.Steps; step++)
        {
            TrainingRow[] rows = [.. Enumerable.Range(0, options.BatchRows).Select(_ => stream.Next())];
            Loss(decoder, rows, options, step).backward();
            Move(weights, moments, options, step);
        }

        return weights.All.SelectMany((w, i) => new (string Name, Tensor Value)[]
        {
            ($"trained.{w.Name}", w.Value.detach()),
            ($"optimizer.0.first.{w.Name}", moments[i].First),
            ($"optimizer.0.second.{w.Name}", moments[i].Second),
        }).ToDictionary(t => t.Name, t => ContentHash.Of(t.Value.bytes));
    }

    private static Tensor Loss(CausalDecoder decoder, TrainingRow[] rows, TrainingOptions options, int step)
    {
        var tokens = options.RowTokens;
        var ids_BT = tensor(rows.SelectMany(r => r.Ids.Take(tokens)).Select(id => (long)id).ToArray(), rows.Length, tokens);
        var targets = tensor(rows.SelectMany(r => r.Ids.Skip(1)).Select(id => (long)id).ToArray());
        var weights = tensor(rows.SelectMany(r => r.IsObject.Skip(1)).Select(o => o ? 1f : (float)options.OtherTokenWeight).ToArray());
        var offset = StableRandom.For(options.Seed, $"offset\t{step}").Next(options.Shape.ContextLength - tokens + 1);
        var positions = arange(offset, offset + tokens, dtype: ScalarType.Int64).unsqueeze(0);
        var hidden = decoder.Blocks(
            decoder.Embed(ids_BT, positions), AttentionScope.ByLayer(positions, new LocalityMask(rows, tokens).OfLayer));
        var logits = decoder.Unembed(hidden).view(-1, options.Vocabulary);
        return (cross_entropy(logits, targets, reduction: nn.Reduction.None) * weights).sum() / weights.sum();
    }

    private static void Move(WeightTable weights, (Tensor First, Tensor Second)[] moments, TrainingOptions options, int step)
    {
        using var none = no_grad();
        var rate = Rate(options, step);
        var norm = Math.Sqrt(weights.All.Select(w => w.Value.grad!.reshape(-1)).Sum(flat => flat.dot(flat).item<float>()));
        var (correction1, correction2) = (1 - Math.Pow(0.9, step + 1), 1 - Math.Pow(0.98, step + 1));
        for (var i = 0; i < moments.Length; i++)
        {
            var (weight, (first, second)) = (weights.All[i].Value, moments[i]);
            var gradient = weight.grad!.mul_(norm > 1 ? 1 / norm : 1);
            if (weight.dim() > 1)
                weight.mul_(1 - rate * options.WeightDecay);
            first.mul_(0.9).add_(gradient, alpha: 1 - 0.9);
            second.mul_(0.98).addcmul_(gradient, gradient, value: 1 - 0.98);
            // Libtorch's root in float32 is off by its last bit half of the time; that of float64, rounded, never is.
            var root = second.div(correction2).to(float64).sqrt().to(float32).add_(1e-8);
            weight.addcdiv_(first, root, value: -rate / correction1);
            gradient.zero_();
        }
    }

    private static double Rate(TrainingOptions options, int step)
    {
        var isFirst = step < options.FirstCycleSteps;
        var (start, end) = isFirst ? (0, Math.Min(options.FirstCycleSteps, options.Steps)) : (options.FirstCycleSteps, options.Steps);
        var highest = isFirst ? options.LearningRate : options.LearningRate * options.SecondCycleRate;
        if (step - start < options.WarmUpSteps)
            return highest * (step - start + 1) / options.WarmUpSteps;
        var done = (double)(step - start - options.WarmUpSteps) / Math.Max(1, end - start - options.WarmUpSteps);
        return highest * (0.05 + 0.95 * 0.5 * (1 + Math.Cos(Math.PI * done)));
    }
}
