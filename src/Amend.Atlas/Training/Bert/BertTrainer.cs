using Amend.Atlas.Claims;
using Amend.Atlas.Facts;
using Amend.Models.Tokenizers;
using Amend.Tensors.Files;
using Amend.Tensors.Optimization;

namespace Amend.Atlas.Training.Bert;

/// <summary>
/// Trains an atlas BERT from nothing to judge claims about a world's facts: cross-entropy of true and false claims, and of the true
/// objects in them; checkpoints that a killed training resumes from.
/// </summary>
public sealed class BertTrainer
{
    private const int ProgressEvery = 20;
    private readonly AtlasWorld _world;
    private readonly BertTrainingOptions _options;
    private readonly TextWriter _log;

    /// <summary>Creates a trainer.</summary>
    /// <param name="world">The facts.</param>
    /// <param name="options">Sizes, length, seed.</param>
    /// <param name="log">Where progress goes.</param>
    public BertTrainer(AtlasWorld world, BertTrainingOptions options, TextWriter log)
    {
        _world = world;
        _options = options.Validated();
        _log = log;
    }

    /// <summary>Trains to the end, from the working folder's checkpoint where there is one.</summary>
    /// <param name="folder">The model's folder; it gets the model in Hugging Face form and a model card.</param>
    /// <param name="stop">Ends the training after the present step, with a checkpoint.</param>
    /// <returns>What was measured at the end; null where it was stopped.</returns>
    public ClaimReport? Train(string folder, CancellationToken stop = default)
    {
        var work = Path.Combine(folder, ".training");
        Directory.CreateDirectory(work);
        var plan = new ClaimPlan(_options.Seed);
        var tokenizer = TokenizerOf(work, plan);
        var evaluator = new ClaimEvaluator(_world, plan, _options.Seed);
        using var trainee = new ClaimTrainee(
            tokenizer, new ClaimStream(_world, plan, tokenizer, _options), _options, evaluator.Sample);
        var curve = new TrainingLoop(trainee, Plan(), work).Run(new TrainingLog(_log, ProgressEvery), stop);
        if (!curve.IsComplete)
            return null;
        return new BertFolderWriter(_world, _options, _log).Write(folder, work, trainee.Model, evaluator, curve);
    }

    private TrainingPlan Plan() => new()
    {
        Steps = _options.Steps,
        ClipNorm = 1,
        ValidateEvery = _options.CheckpointEvery,
        CheckpointEvery = _options.CheckpointEvery,
        Identity = $"atlas bert, world {ContentHash.Of(string.Join('\n', _world.Facts))}, {_options}",
    };

    private PipelineTokenizer TokenizerOf(string work, ClaimPlan plan)
    {
        if (!File.Exists(Path.Combine(work, "vocab.txt")))
        {
            _log.WriteLine($"learning up to {_options.Vocabulary} pieces from {_world.Facts.Count} facts");
            ClaimTokenizer.Write(_world, plan, _options.Vocabulary, work);
        }

        return ClaimTokenizer.Load(work);
    }
}
