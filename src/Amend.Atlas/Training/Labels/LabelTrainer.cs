using Amend.Atlas.Documents;
using Amend.Atlas.Facts;
using Amend.Tensors;
using Amend.Tensors.Files;
using Amend.Tensors.Optimization;

namespace Amend.Atlas.Training.Labels;

/// <summary>
/// Trains an atlas BERT from nothing to put documents under the sections of an archive's old order: cross-entropy. It reads no document of
/// the new order.
/// </summary>
public sealed class LabelTrainer : WorldTrainer<LabelReport>
{
    private readonly LabelTrainingOptions _options;

    /// <summary>Creates a trainer.</summary>
    /// <param name="world">The facts.</param>
    /// <param name="options">Sizes, length, seed.</param>
    /// <param name="log">Where progress goes.</param>
    public LabelTrainer(AtlasWorld world, LabelTrainingOptions options, TextWriter log)
        : base(world, log) => _options = options.Validated();

    private protected override WorldLesson<LabelReport> Begin(string work)
    {
        var archive = new Archive(World, _options.Seed);
        if (archive.Sections.Count < 2)
            throw new AmendException(
                $"The documents of this world have {archive.Sections.Count} sections; give its relations 'sections', at least 2 in all.");
        LearnPieces(
            Path.Combine(work, DocumentTokenizer.FileName),
            _options.Vocabulary,
            () => DocumentTokenizer.Write(World, archive, _options.Vocabulary, work));
        var tokenizer = WorldTokenizer.Load(work);
        var evaluator = new LabelEvaluator(archive);
        var trainee = new LabelTrainee(
            tokenizer, new DocumentStream(archive, tokenizer, _options), archive.Sections, _options, evaluator.Sample);
        return new WorldLesson<LabelReport>(
            trainee,
            Plan(archive),
            (folder, kept, curve) => new LabelFolderWriter(archive, _options, Log).Write(folder, kept, trainee.Model, curve));
    }

    private TrainingPlan Plan(Archive archive) => new()
    {
        Steps = _options.Steps,
        ClipNorm = 1,
        ValidateEvery = _options.CheckpointEvery,
        CheckpointEvery = _options.CheckpointEvery,
        Identity = $"atlas labels, documents {ContentHash.Of(string.Join('\n', archive.Training.Select(one => one.Text)))}, {_options}",
    };
}
