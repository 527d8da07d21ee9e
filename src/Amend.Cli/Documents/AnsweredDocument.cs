using Amend.Atlas.Training;
using Amend.Atlas.Training.T5;

namespace Amend.Cli.Documents;

/// <summary>What <c>amend atlas train t5 --json</c> prints: how many questions about its world the model answers exactly.</summary>
/// <param name="Folder">The model's folder.</param>
/// <param name="Shown">Told facts in the wordings that training shows.</param>
/// <param name="HeldOut">Told facts in wordings that training never shows.</param>
/// <param name="Untold">Facts that were never told.</param>
internal sealed record AnsweredDocument(string Folder, Share Shown, Share HeldOut, Share Untold)
{
    /// <summary>What training reported.</summary>
    public static AnsweredDocument Of(string folder, QuestionReport report) => new(folder, report.Shown, report.HeldOut, report.Untold);
}
