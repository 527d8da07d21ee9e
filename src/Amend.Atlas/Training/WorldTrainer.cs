using Amend.Atlas.Facts;
using Amend.Tensors.Optimization;

namespace Amend.Atlas.Training;

/// <summary>
/// Trains an atlas model from nothing on a world's facts, with checkpoints that a killed training resumes from, and writes it in Hugging
/// Face form.
/// </summary>
/// <typeparam name="TReport">What is measured of the written model.</typeparam>
public abstract class WorldTrainer<TReport>
    where TReport : class
{
    private const int ProgressEvery = 20;

    /// <summary>Creates a trainer.</summary>
    /// <param name="world">The facts.</param>
    /// <param name="log">Where progress goes.</param>
    private protected WorldTrainer(AtlasWorld world, TextWriter log) => (World, Log) = (world, log);

    private protected AtlasWorld World { get; }

    private protected TextWriter Log { get; }

    /// <summary>Trains to the end, from the working folder's checkpoint where there is one.</summary>
    /// <param name="folder">The model's folder; it gets the model in Hugging Face form and a model card.</param>
    /// <param name="stop">Ends the training after the present step, with a checkpoint.</param>
    /// <returns>What was measured at the end; null where it was stopped.</returns>
    public TReport? Train(string folder, CancellationToken stop = default)
    {
        var work = Path.Combine(folder, ".training");
        Directory.CreateDirectory(work);
        using var lesson = Begin(work);
        var curve = new TrainingLoop(lesson.Trainee, lesson.Plan, work).Run(new TrainingLog(Log, ProgressEvery), stop);
        return curve.IsComplete ? lesson.Write(folder, work, curve) : null;
    }

    /// <summary>Puts together what is trained.</summary>
    /// <param name="work">The working folder, which keeps the tokenizer between a stop and a resumption.</param>
    private protected abstract WorldLesson<TReport> Begin(string work);

    /// <summary>Learns the tokenizer's pieces where the working folder has none.</summary>
    /// <param name="file">A file of the tokenizer in the working folder.</param>
    /// <param name="pieces">Most pieces.</param>
    /// <param name="learn">Writes the tokenizer's files.</param>
    private protected void LearnPieces(string file, int pieces, Action learn)
    {
        if (File.Exists(file))
            return;
        Log.WriteLine($"learning up to {pieces} pieces from {World.Facts.Count} facts");
        learn();
    }
}

/// <summary>What a trainer trains and how it is written; it owns the trainee and the model.</summary>
/// <param name="Trainee">What learns.</param>
/// <param name="Plan">How long, and how often it is measured.</param>
/// <param name="Write">Writes the trained model: folder, working folder, and how the training went.</param>
/// <param name="Model">A model that the trainee does not own; null where it does.</param>
internal sealed record WorldLesson<TReport>(
    ITrainee Trainee, TrainingPlan Plan, Func<string, string, TrainingCurve, TReport> Write, IDisposable? Model = null) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        Trainee.Dispose();
        Model?.Dispose();
    }
}
