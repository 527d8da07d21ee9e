using Amend.Atlas.Training;

namespace Amend.Cli.Documents;

/// <summary>What <c>amend atlas train --json</c> prints: what the model recalls of its world.</summary>
/// <param name="Folder">The model's folder.</param>
/// <param name="Trained">Phrasings that training showed.</param>
/// <param name="HeldOut">Phrasings that training never showed for the fact.</param>
/// <param name="TrainedAfterForeign">The trained ones after a random sentence of another fact.</param>
/// <param name="HeldOutAfterForeign">The held-out ones after such a sentence.</param>
internal sealed record TrainedDocument(string Folder, Share Trained, Share HeldOut, Share TrainedAfterForeign, Share HeldOutAfterForeign)
{
    /// <summary>What training reported.</summary>
    public static TrainedDocument Of(string folder, RecallReport recall) =>
        new(folder, recall.Trained, recall.HeldOut, recall.TrainedAfterForeign, recall.HeldOutAfterForeign);
}
