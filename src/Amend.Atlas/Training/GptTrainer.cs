using Amend.Atlas.Corpora;
using Amend.Atlas.Facts;
using Amend.Models;
using Amend.Models.Families;
using Amend.Models.Families.Gpt2;
using Amend.Models.Tokenizers;
using Amend.Tensors.Optimization;

namespace Amend.Atlas.Training;

/// <summary>
/// Trains an atlas GPT from nothing on a world's facts: next-token cross-entropy with more weight on objects, AdamW with two
/// cosines, checkpoints that a killed training resumes from.
/// </summary>
public sealed class GptTrainer
{
    private const double LowestRateShare = 0.05;
    private const double ClipNorm = 1;
    private const int ProgressEvery = 20;
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
        var data = new TrainingStream(_world, plan, tokenizer, _options);
        using var trainee = new GptTrainee(model, data, new RecallEvaluator(model, _world, plan), Rates, _options);
        var curve = new TrainingLoop(trainee, Plan, work).Run(new TrainingLog(_log, ProgressEvery), stop);
        return curve.IsComplete
            ? new ModelFolderWriter(_world, _options, _log).Write(folder, work, model, plan, TimeSpan.FromSeconds(curve.Seconds))
            : null;
    }

    private TrainingPlan Plan => new()
    {
        Steps = _options.Steps,
        Identity = _options.ToString(),
        ClipNorm = ClipNorm,
        ValidateEvery = _options.CheckpointEvery,
        CheckpointEvery = _options.CheckpointEvery,
    };

    private RatesInTurn Rates => new(
        Cosine(_options.LearningRate, Math.Min(_options.FirstCycleSteps, _options.Steps)),
        _options.FirstCycleSteps,
        Cosine(_options.LearningRate * _options.SecondCycleRate, _options.Steps - _options.FirstCycleSteps));

    private WarmUpThenCosine Cosine(double highest, int steps) => new(highest, _options.WarmUpSteps, steps, LowestRateShare);

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
}
