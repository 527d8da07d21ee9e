using Amend.Atlas.Training;
using Amend.Atlas.Training.Bert;

namespace Amend.Cli.Documents;

/// <summary>What <c>amend atlas train bert --json</c> prints: how many claims of its world the model judges rightly.</summary>
/// <param name="Folder">The model's folder.</param>
/// <param name="Shown">A true and a false claim of each fact, in forms that training shows.</param>
/// <param name="Training">The claims of <c>atlas-fever.train</c>.</param>
/// <param name="Development">The claims of <c>atlas-fever</c>.</param>
/// <param name="Paraphrases">Their paraphrases.</param>
internal sealed record JudgedDocument(string Folder, Share Shown, Share Training, Share Development, Share Paraphrases)
{
    /// <summary>What training reported.</summary>
    public static JudgedDocument Of(string folder, ClaimReport report) =>
        new(folder, report.Shown, report.Training, report.Development, report.Paraphrases);
}
