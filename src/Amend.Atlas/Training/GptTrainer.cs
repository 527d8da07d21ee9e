using System.Diagnostics;
using Amend.Atlas.Corpora;
using Amend.Atlas.Facts;
using Amend.Models;
using Amend.Models.Families.Gpt2;
using Amend.Models.Layers;
using Amend.Models.Tokenizers;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Amend.Atlas.Training;

/// <summary>
/// Trains an atlas GPT from nothing on a world's facts: next-token cross-entropy with more weight on objects, AdamW with one
/// cosine, checkpoints that a killed training resumes from.
/// </summary>
public sealed class GptTrainer
{
    private const double LowestRateShare = 0.05;
    private const double ClipNorm = 1;
    private readonly AtlasWorld world;
    private readonly TrainingOptions options;
    private readonly TextWriter log;

    /// <summary>Creates a trainer.</summary>
    /// <param name="world">The facts.</param>
    /// <param name="options">Sizes, length, seed.</param>
    /// <param name="log">Where progress goes.</param>
    public GptTrainer(AtlasWorld world, TrainingOptions options, TextWriter log)
    {
        this.world = world;
        this.options = options.Validated();
        this.log = log;
    }

    /// <summary>Trains to the end, from the working folder's checkpoint where there is one.</summary>
    /// <param name="folder">The model's folder; it gets the model in Hugging Face form and a model card.</param>
    /// <param name="stop">Ends the training after the present step, with a checkpoint.</param>
    /// <returns>What was measured at the end; null where it was stopped.</returns>
    public RecallReport? Train(string folder, CancellationToken stop = default)
    {
        var work = Path.Combine(folder, ".training");
        Directory.CreateDirectory(work);
        var plan = new HeldOutPlan(options.Seed);
        var tokenizer = TokenizerOf(work, plan);
        using var model = new LanguageModel("training", "gpt2", NewModel(), tokenizer);
        using var optimizer = new DecayingAdam(model.Decoder.Weights, options.WeightDecay);
        var state = TrainingCheckpoint.Restore(work, model.Decoder.Weights, optimizer, options);
        if (!Run(model, optimizer, plan, tokenizer, work, state, stop))
            return null;
        return new ModelFolderWriter(world, options, log).Write(folder, work, model, plan, state.Elapsed);
    }

    private Gpt2Model NewModel() => new(Gpt2Initializer.Config(options.Shape), Gpt2Initializer.Make(options.Shape, options.Seed));

    private ByteLevelBpeTokenizer TokenizerOf(string work, HeldOutPlan plan)
    {
        if (!File.Exists(Path.Combine(work, "merges.txt")))
        {
            log.WriteLine($"learning {options.Vocabulary} pieces from {world.Facts.Count} facts");
            new AtlasTokenizer(world, plan, options.Seed).Write(options.Vocabulary, work);
        }

        return ByteLevelBpeTokenizer.Load(work);
    }

    private bool Run(LanguageModel model, DecayingAdam optimizer, HeldOutPlan plan, ByteLevelBpeTokenizer tokenizer, string work, TrainingState state, CancellationToken stop)
    {
        var stream = new TrainingStream(world, plan, tokenizer, options);
        for (var row = 0; row < state.Step * options.BatchRows; row++)
            stream.Next();
        var evaluator = new RecallEvaluator(model, world, plan);
        var clock = Stopwatch.StartNew();
        var (before, first, meanLoss) = (state.Elapsed, state.Step, 0.0);
        while (state.Step < options.Steps && !stop.IsCancellationRequested)
        {
            var rows = Enumerable.Range(0, options.BatchRows).Select(_ => stream.Next()).ToArray();
            var loss = Step(model, optimizer, rows, state.Step);
            meanLoss = meanLoss == 0 ? loss : 0.98 * meanLoss + 0.02 * loss;
            state.Step++;
            state.Elapsed = before + clock.Elapsed;
            if (state.Step % 20 == 0)
                Progress(state, meanLoss, (state.Step - first) / clock.Elapsed.TotalSeconds);
            if (state.Step % options.CheckpointEvery == 0 && state.Step < options.Steps)
            {
                TrainingCheckpoint.Save(work, model.Decoder.Weights, optimizer, state, options);
                log.WriteLine($"step {state.Step}: {evaluator.Sample(400)}");
            }
        }

        TrainingCheckpoint.Save(work, model.Decoder.Weights, optimizer, state, options);
        return state.Step >= options.Steps;
    }

    private void Progress(TrainingState state, double loss, double stepsPerSecond)
    {
        var left = TimeSpan.FromSeconds((options.Steps - state.Step) / stepsPerSecond);
        var tokens = stepsPerSecond * options.BatchRows * options.RowTokens;
        log.WriteLine($"step {state.Step}/{options.Steps}  loss {loss:F4}  {tokens:F0} tokens/s  {left:hh\\:mm\\:ss} left");
    }

    private double Step(LanguageModel model, DecayingAdam optimizer, TrainingRow[] rows, int step)
    {
        using var scope = NewDisposeScope();
        var tokens = options.RowTokens;
        var ids_BT = tensor(rows.SelectMany(r => r.Ids.Take(tokens)).Select(id => (long)id).ToArray(), rows.Length, tokens);
        var targets = tensor(rows.SelectMany(r => r.Ids.Skip(1)).Select(id => (long)id).ToArray());
        var weights = tensor(rows.SelectMany(r => r.IsObject.Skip(1)).Select(o => o ? 1f : (float)options.OtherTokenWeight).ToArray());
        var offset = StableRandom.For(options.Seed, $"offset\t{step}").Next(options.Shape.ContextLength - tokens + 1);
        var positions = arange(offset, offset + tokens, dtype: ScalarType.Int64).unsqueeze(0);
        var mask = new LocalityMask(rows, tokens);
        var decoder = model.Decoder;
        var hidden = decoder.Blocks(decoder.Embed(ids_BT, positions), AttentionScope.ByLayer(positions, mask.OfLayer));
        var logits = decoder.Unembed(hidden).view(-1, options.Vocabulary);
        var loss = (cross_entropy(logits, targets, reduction: nn.Reduction.None) * weights).sum() / weights.sum();
        loss.backward();
        var value = loss.item<float>();
        if (!float.IsFinite(value))
            throw new ArithmeticException($"The loss became {value} at step {step} with learning rate {LearningRate(step):G3}; train with a lower one.");
        optimizer.Step(LearningRate(step), ClipNorm);
        return value;
    }

    private double LearningRate(int step)
    {
        if (step < options.WarmUpSteps)
            return options.LearningRate * (step + 1) / options.WarmUpSteps;
        var done = (double)(step - options.WarmUpSteps) / Math.Max(1, options.Steps - options.WarmUpSteps);
        return options.LearningRate * (LowestRateShare + (1 - LowestRateShare) * 0.5 * (1 + Math.Cos(Math.PI * done)));
    }
}
