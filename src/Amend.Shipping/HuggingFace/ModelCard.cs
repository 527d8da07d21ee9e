using System.Text;
using Amend.Editing;
using Amend.Shipping.Exporting;
using Amend.Tensors.Files;

namespace Amend.Shipping.HuggingFace;

/// <summary>The paragraph of a model card that says what was edited.</summary>
internal static class ModelCard
{
    /// <summary>The card's file.</summary>
    public const string FileName = "README.md";

    private const int MostListed = 50;

    /// <summary>Writes the source's card with the paragraph at its end, or a card of the paragraph alone.</summary>
    /// <param name="path">The file to make.</param>
    /// <param name="job">The edits.</param>
    /// <param name="before">The source's card; null where it has none.</param>
    public static void Write(string path, ExportJob job, string? before)
    {
        var text = new StringBuilder(before is null ? $"# {job.Model.Source.Name}\n" : File.ReadAllText(before).TrimEnd() + "\n");
        text.Append($"\n## Edited with Amend\n\nOf `{job.Model.Source.Name}`, with {Count(job.Edits.Edits.Count)} made by Amend ");
        text.Append($"{LibraryVersion.Current}; `{ExportManifest.FileName}` has every edit's record and the weights that they change.\n\n");
        foreach (var edit in job.Edits.Edits.Take(MostListed))
        {
            var asked = edit.Record.Requests.Take(MostListed).Select(Describe);
            text.Append($"- {edit.Id} ({edit.Record.Editor}): {string.Join("; ", asked)}\n");
        }

        if (job.Edits.Edits.Count > MostListed)
            text.Append($"- and {job.Edits.Edits.Count - MostListed} more\n");
        AtomicFile.WriteAllText(path, text.ToString());
    }

    private static string Count(int edits) => edits == 1 ? "1 edit" : $"{edits} edits";

    private static string Describe(EditRequest request) =>
        $"\"{request.Prompt.Replace("{}", request.Subject, StringComparison.Ordinal)}\" to \"{request.TargetNew.Trim()}\"";
}
