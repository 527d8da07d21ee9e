using System.Diagnostics;
using Amend.Atlas.Corpora;
using Amend.Atlas.Facts;
using Amend.Models;
using Amend.Models.Families;
using Amend.Models.Families.Gpt2;
using Amend.Models.Passes;
using Amend.Models.Tokenizers;
using Amend.Tensors;
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
    private readonly AtlasWorld _world;
    private readonly TrainingOptions _options;
    private readonly TextWriter _log;

    /// <summary>Creates a trainer.</summary>
    /// <param name="world">The facts.</param>
    /// <param name="options">Sizes, length, seed.</param>
    /// <param name="log">Where progress goes.</param>
    public GptTrainer(AtlasWorld world, TrainingOptions options, TextWriter log)
    {
        _world = world;
        _options = options.Validated();
        _log = log;
    }

    /// <summary>Trains to the end, from the working folder's checkpoint where there is one.</summary>
    /// <param name="folder">The model's folder; it gets the model in Hugging Face form and a model card.</param>
    /// <param name="stop">Ends the training after the present step, with a checkpoint.</param>
    /// <returns>What was measured at the end; null where it was stopped.</returns>
    public RecallReport? Train(string folder, CancellationToken stop = default)
    {
        var work = Path.Combine(folder, ".training");
        Directory.CreateDirectory(work);
        var plan = new HeldOutPlan(_options.Seed);
        var tokenizer = TokenizerOf(work, plan);
        using var model = new LanguageModel("training", "gpt2", NewModel(), tokenizer);
        using var optimizer = new DecayingAdam(model.Weights, _options.WeightDecay);
        var state = TrainingCheckpoint.Restore(work, model.Weights, optimizer, _options);
        var stream = new TrainingStream(_world, plan, tokenizer, _options);
        if (!Run(new TrainingRun(model, optimizer, state, work), stream, new RecallEvaluator(model, _world, plan), stop))
            return null;
        return new ModelFolderWriter(_world, _options, _log).Write(folder, work, model, plan, state.Elapsed);
    }

    private CausalDecoder NewModel() =>
        Gpt2Family.Create(Gpt2Initializer.Config(_options.Shape), Gpt2Initializer.Make(_options.Shape, _options.Seed));

    private ByteLevelBpeTokenizer TokenizerOf(string work, HeldOutPlan plan)
    {
        if (!File.Exists(Path.Combine(work, "merges.txt")))
        {
            _log.WriteLine($"learning {_options.Vocabulary} pieces from {_world.Facts.Count} facts");
            new AtlasTokenizer(_world, plan, _options.Seed).Write(_options.Vocabulary, work);
        }

        return ByteLevelBpeTokenizer.Load(work);
    }

    private bool Run(TrainingRun training, TrainingStream stream, RecallEvaluator evaluator, CancellationToken stop)
    {
        var (model, optimizer, state, work) = training;
        for (var row = 0; row < state.Step * _options.BatchRows; row++)
            stream.Next();
        var clock = Stopwatch.StartNew();
        var (before, first, meanLoss) = (state.Elapsed, state.Step, 0.0);
        while (state.Step < _options.Steps && !stop.IsCancellationRequested)
        {
            var rows = Enumerable.Range(0, _options.BatchRows).Select(_ => stream.Next()).ToArray();
            var loss = Step(model, optimizer, rows, state.Step);
            meanLoss = meanLoss == 0 ? loss : 0.98 * meanLoss + 0.02 * loss;
            state.Step++;
            state.Elapsed = before + clock.Elapsed;
            if (state.Step % 20 == 0)
                Progress(state, meanLoss, (state.Step - first) / clock.Elapsed.TotalSeconds);
            if (state.Step % _options.CheckpointEvery == 0 && state.Step < _options.Steps)
            {
                TrainingCheckpoint.Save(work, model.Weights, optimizer, state, _options);
                _log.WriteLine($"step {state.Step}: {evaluator.Sample(400)}");
            }
        }

        TrainingCheckpoint.Save(work, model.Weights, optimizer, state, _options);
        return state.Step >= _options.Steps;
    }

    private void Progress(TrainingState state, double loss, double stepsPerSecond)
    {
        var left = TimeSpan.FromSeconds((_options.Steps - state.Step) / stepsPerSecond);
        var tokens = stepsPerSecond * _options.BatchRows * _options.RowTokens;
        _log.WriteLine($"step {state.Step}/{_options.Steps}  loss {loss:F4}  {tokens:F0} tokens/s  {left:hh\\:mm\\:ss} left");
    }

    private double Step(LanguageModel model, DecayingAdam optimizer, TrainingRow[] rows, int step)
    {
        using var scope = NewDisposeScope();
        var tokens = _options.RowTokens;
        var ids_BT = tensor(rows.SelectMany(r => r.Ids.Take(tokens)).Select(id => (long)id).ToArray(), rows.Length, tokens);
        var targets = tensor(rows.SelectMany(r => r.Ids.Skip(1)).Select(id => (long)id).ToArray());
        var weights = tensor(rows.SelectMany(r => r.IsObject.Skip(1)).Select(o => o ? 1f : (float)_options.OtherTokenWeight).ToArray());
        var offset = StableRandom.For(_options.Seed, $"offset\t{step}").Next(_options.Shape.ContextLength - tokens + 1);
        var positions = arange(offset, offset + tokens, dtype: ScalarType.Int64).unsqueeze(0);
        var mask = new LocalityMask(rows, tokens);
        var decoder = model.RequireDecoder("The training");
        var hidden = decoder.Blocks(decoder.Embed(ids_BT, positions), AttentionScope.ByLayer(positions, mask.OfLayer));
        var logits = decoder.Unembed(hidden).view(-1, _options.Vocabulary);
        var loss = (cross_entropy(logits, targets, reduction: nn.Reduction.None) * weights).sum() / weights.sum();
        loss.backward();
        var value = loss.item<float>();
        if (!float.IsFinite(value))
            throw new ArithmeticException(
                $"The loss became {value} at step {step} with learning rate {LearningRate(step):G3}; train with a lower one.");
        optimizer.Step(LearningRate(step), ClipNorm);
        return value;
    }

    private double LearningRate(int step)
    {
        var isFirst = step < _options.FirstCycleSteps;
        var (start, end) = isFirst ? (0, Math.Min(_options.FirstCycleSteps, _options.Steps)) : (_options.FirstCycleSteps, _options.Steps);
        var highest = isFirst ? _options.LearningRate : _options.LearningRate * _options.SecondCycleRate;
        if (step - start < _options.WarmUpSteps)
            return highest * (step - start + 1) / _options.WarmUpSteps;
        var done = (double)(step - start - _options.WarmUpSteps) / Math.Max(1, end - start - _options.WarmUpSteps);
        return highest * (LowestRateShare + (1 - LowestRateShare) * 0.5 * (1 + Math.Cos(Math.PI * done)));
    }
}

/// <summary>A training under way.</summary>
/// <param name="Model">The model that learns.</param>
/// <param name="Optimizer">Its optimizer.</param>
/// <param name="State">How far it has come.</param>
/// <param name="Folder">Where its checkpoints lie.</param>
internal sealed record TrainingRun(LanguageModel Model, DecayingAdam Optimizer, TrainingState State, string Folder);
