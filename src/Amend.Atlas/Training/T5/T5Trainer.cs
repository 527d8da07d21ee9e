using Amend.Atlas.Facts;
using Amend.Atlas.Questions;
using Amend.Tensors.Files;
using Amend.Tensors.Optimization;

namespace Amend.Atlas.Training.T5;

/// <summary>Trains an atlas T5 from nothing to answer questions about a world's facts: cross-entropy of the answers.</summary>
public sealed class T5Trainer : WorldTrainer<QuestionReport>
{
    private readonly T5TrainingOptions _options;

    /// <summary>Creates a trainer.</summary>
    /// <param name="world">The facts.</param>
    /// <param name="options">Sizes, length, seed.</param>
    /// <param name="log">Where progress goes.</param>
    public T5Trainer(AtlasWorld world, T5TrainingOptions options, TextWriter log)
        : base(world, log) => _options = options.Validated();

    private protected override WorldLesson<QuestionReport> Begin(string work)
    {
        var plan = new QuestionPlan(_options.Seed);
        LearnPieces(
            Path.Combine(work, QuestionTokenizer.FileName),
            _options.Vocabulary,
            () => QuestionTokenizer.Write(World, _options.Vocabulary, work));
        var tokenizer = WorldTokenizer.Load(work);
        var evaluator = new QuestionEvaluator(World, plan);
        var trainee = new QuestionTrainee(tokenizer, new QuestionStream(World, plan, tokenizer, _options), _options, evaluator.Sample);
        return new WorldLesson<QuestionReport>(
            trainee,
            Plan,
            (folder, kept, curve) => new T5FolderWriter(World, _options, Log).Write(folder, kept, trainee, evaluator, curve));
    }

    private TrainingPlan Plan => new()
    {
        Steps = _options.Steps,
        ClipNorm = 1,
        ValidateEvery = _options.CheckpointEvery,
        CheckpointEvery = _options.CheckpointEvery,
        Identity = $"atlas t5, world {ContentHash.Of(string.Join('\n', World.Facts))}, {_options}",
    };
}
