using Amend.Atlas.Claims;
using Amend.Atlas.Facts;
using Amend.Tensors.Files;
using Amend.Tensors.Optimization;

namespace Amend.Atlas.Training.Bert;

/// <summary>
/// Trains an atlas BERT from nothing to judge claims about a world's facts: cross-entropy of true and false claims, and of the true
/// objects in them.
/// </summary>
public sealed class BertTrainer : WorldTrainer<ClaimReport>
{
    private readonly BertTrainingOptions _options;

    /// <summary>Creates a trainer.</summary>
    /// <param name="world">The facts.</param>
    /// <param name="options">Sizes, length, seed.</param>
    /// <param name="log">Where progress goes.</param>
    public BertTrainer(AtlasWorld world, BertTrainingOptions options, TextWriter log)
        : base(world, log) => _options = options.Validated();

    private protected override WorldLesson<ClaimReport> Begin(string work)
    {
        var plan = new ClaimPlan(_options.Seed);
        LearnPieces(
            Path.Combine(work, "vocab.txt"), _options.Vocabulary, () => ClaimTokenizer.Write(World, plan, _options.Vocabulary, work));
        var tokenizer = WorldTokenizer.Load(work);
        var evaluator = new ClaimEvaluator(World, plan, _options.Seed);
        var trainee = new ClaimTrainee(tokenizer, new ClaimStream(World, plan, tokenizer, _options), _options, evaluator.Sample);
        return new WorldLesson<ClaimReport>(
            trainee,
            Plan,
            (folder, kept, curve) => new BertFolderWriter(World, _options, Log).Write(folder, kept, trainee.Model, evaluator, curve));
    }

    private TrainingPlan Plan => new()
    {
        Steps = _options.Steps,
        ClipNorm = 1,
        ValidateEvery = _options.CheckpointEvery,
        CheckpointEvery = _options.CheckpointEvery,
        Identity = $"atlas bert, world {ContentHash.Of(string.Join('\n', World.Facts))}, {_options}",
    };
}
