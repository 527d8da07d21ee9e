using Amend.Evaluation.Reports;
using Amend.Reports.Pages;
using Amend.Reports.Plots;
using Amend.Tensors;
using Amend.Tensors.Files;

namespace Amend.Reports.Evaluation;

/// <summary>
/// The report of a run as people read it: <c>report.md</c> and <c>report.html</c>, beside what <see cref="ReportFolder"/> writes, and
/// <c>logits.png</c> and <c>logits.svg</c> where the model is a classifier of two labels, and <c>stream.png</c> and <c>stream.svg</c> of a
/// stream of edits.
/// </summary>
public static class ReportPages
{
    /// <summary>Writes them, each beside its place and renamed over.</summary>
    /// <param name="folder">Where to; made where it is missing.</param>
    /// <param name="report">The report.</param>
    /// <exception cref="AmendException">The folder is not writable, or the disk is full.</exception>
    public static void Write(string folder, EvalReport report)
    {
        Directory.CreateDirectory(folder);
        var markdown = new MarkdownPage(EvalPage.TitleOf(report));
        EvalPage.Write(markdown, report);
        var html = new HtmlPage(EvalPage.TitleOf(report), $"Amend {report.Run.LibraryVersion}, evaluation report");
        EvalPage.Write(html, report);
        AtomicFile.WriteAllText(Path.Combine(folder, "report.md"), markdown.ToString());
        AtomicFile.WriteAllText(Path.Combine(folder, "report.html"), html.ToString());
        Write(folder, "logits", LogitFigures.All(report));
        Write(folder, "stream", report.IsStream ? StreamFigures.All(report) : null);
    }

    private static void Write(string folder, string name, PictureGrid? picture)
    {
        if (picture is null)
            return;
        AtomicFile.Write(Path.Combine(folder, $"{name}.png"), stream => stream.Write(picture.ToPng()));
        AtomicFile.WriteAllText(Path.Combine(folder, $"{name}.svg"), picture.ToSvg(name));
    }
}
