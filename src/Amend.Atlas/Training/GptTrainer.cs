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
/// cosines.
/// </summary>
public sealed class GptTrainer : WorldTrainer<RecallReport>
{
    private const double LowestRateShare = 0.05;
    private const double ClipNorm = 1;
    private readonly TrainingOptions _options;

    /// <summary>Creates a trainer.</summary>
    /// <param name="world">The facts.</param>
    /// <param name="options">Sizes, length, seed.</param>
    /// <param name="log">Where progress goes.</param>
    public GptTrainer(AtlasWorld world, TrainingOptions options, TextWriter log)
        : base(world, log) => _options = options.Validated();

    private protected override WorldLesson<RecallReport> Begin(string work)
    {
        var plan = new HeldOutPlan(_options.Seed);
        LearnPieces(
            Path.Combine(work, "merges.txt"),
            _options.Vocabulary,
            () => new AtlasTokenizer(World, plan, _options.Seed).Write(_options.Vocabulary, work));
        var tokenizer = ByteLevelBpeTokenizer.Load(work);
        var model = new LanguageModel("training", "gpt2", NewModel(), tokenizer);
        var trainee = new GptTrainee(
            model, new TrainingStream(World, plan, tokenizer, _options), new RecallEvaluator(model, World, plan), Rates, _options);
        return new WorldLesson<RecallReport>(
            trainee,
            Plan,
            (folder, kept, curve) => new ModelFolderWriter(World, _options, Log)
                .Write(folder, kept, model, plan, TimeSpan.FromSeconds(curve.Seconds)),
            model);
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
}
