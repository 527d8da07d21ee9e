using Amend.Evaluation.Reports;
using Amend.Reports.Pages;
using Amend.Tensors;
using Amend.Tensors.Files;

namespace Amend.Reports.Evaluation;

/// <summary>
/// The report of a run as people read it: <c>report.md</c> and <c>report.html</c>, beside what <see cref="ReportFolder"/> writes, and
/// <c>logits.png</c> and <c>logits.svg</c> where the model is a classifier of two labels.
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
        if (LogitFigures.All(report) is not { } logits)
            return;
        AtomicFile.Write(Path.Combine(folder, "logits.png"), stream => stream.Write(logits.ToPng()));
        AtomicFile.WriteAllText(Path.Combine(folder, "logits.svg"), logits.ToSvg("logits"));
    }
}
