using Amend.Atlas.Corpora;
using Amend.Atlas.Facts;
using Amend.Atlas.Training.Experts;
using Amend.Models;
using Amend.Models.Tokenizers;
using Amend.Tensors.Optimization;

namespace Amend.Atlas.Training;

/// <summary>
/// Trains an atlas GPT from nothing on a world's facts: next-token cross-entropy with more weight on objects, AdamW with two
/// cosines. It is a GPT-2, or a Mixtral whose experts are kept in use by a loss beside.
/// </summary>
public sealed class GptTrainer : WorldTrainer<RecallReport>
{
    private const double LowestRateShare = 0.05;
    private const double ClipNorm = 1;
    private readonly TrainingOptions _options;
    private readonly GptDesign _design;

    /// <summary>Creates a trainer.</summary>
    /// <param name="world">The facts.</param>
    /// <param name="options">Sizes, length, seed.</param>
    /// <param name="log">Where progress goes.</param>
    /// <param name="mixture">The experts of each block; null, the default, for a GPT-2.</param>
    public GptTrainer(AtlasWorld world, TrainingOptions options, TextWriter log, MixtureOptions? mixture = null)
        : base(world, log)
    {
        _options = options.Validated();
        _design = mixture is null ? GptDesign.Gpt2(options.Shape) : GptDesign.Mixtral(options.Shape, mixture.Validated());
    }

    private protected override WorldLesson<RecallReport> Begin(string work)
    {
        var plan = new HeldOutPlan(_options.Seed);
        LearnPieces(
            Path.Combine(work, "merges.txt"),
            _options.Vocabulary,
            () => new AtlasTokenizer(World, plan, _options.Seed).Write(_options.Vocabulary, work));
        var tokenizer = ByteLevelBpeTokenizer.Load(work);
        var model = new LanguageModel("training", _design.ModelType, _design.Make(_options.Seed), tokenizer);
        var stream = new TrainingStream(World, plan, tokenizer, _options);
        var trainee = new GptTrainee(model, stream, new RecallEvaluator(model, World, plan), Rates, _options)
        {
            Mixture = _design.Mixture,
        };
        return new WorldLesson<RecallReport>(
            trainee,
            Plan,
            (folder, kept, curve) => new ModelFolderWriter(World, _options, _design, Log)
                .Write(folder, kept, model, plan, TimeSpan.FromSeconds(curve.Seconds)),
            model);
    }

    private TrainingPlan Plan => new()
    {
        Steps = _options.Steps,
        Identity = _design.Mixture is null ? $"{_options}" : $"{_options}, {_design.Mixture}",
        ClipNorm = ClipNorm,
        ValidateEvery = _options.CheckpointEvery,
        CheckpointEvery = _options.CheckpointEvery,
    };

    private RatesInTurn Rates => new(
        Cosine(_options.LearningRate, Math.Min(_options.FirstCycleSteps, _options.Steps)),
        _options.FirstCycleSteps,
        Cosine(_options.LearningRate * _options.SecondCycleRate, _options.Steps - _options.FirstCycleSteps));

    private WarmUpThenCosine Cosine(double highest, int steps) => new(highest, _options.WarmUpSteps, steps, LowestRateShare);
}
