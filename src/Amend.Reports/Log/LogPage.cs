using System.Globalization;
using Amend.Editing.Log;
using Amend.Editing.Stores;
using Amend.Reports.Pages;
using Amend.Reports.Plots;

namespace Amend.Reports.Log;

/// <summary>The log of a model's edits as a page that needs nothing else.</summary>
public static class LogPage
{
    /// <summary>The page.</summary>
    public static HtmlPage Of(EditLog log)
    {
        var page = new HtmlPage($"Edits of {log.Model}", "History");
        page.Paragraph(
            "Newest first. A line leads down from an edit to the one whose place it took, and from an edit that was taken back to its "
            + "making. A disc is an edit that is applied, a half disc one that lies below another that took its place, a circle one that "
            + "was taken back; a cross is the taking back.");
        if (log.Entries.Count < log.Events)
            page.Note($"{log.Entries.Count} of {log.Events} entries.");
        page.Graph(new PageGraph([.. log.Entries.Zip(LogGraph.Of(log.Entries), Row)]));
        return page;
    }

    private static PageGraphRow Row(LogEntry entry, LogLanes lanes)
    {
        var time = entry.Time.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
        if (entry.Op == JournalOp.Revert)
            return new PageGraphRow(lanes, GraphMark.Cross, PlotTheme.Muted, entry.Fact, [$"{entry.Id} taken back, {time}"]);
        var (mark, color) = entry.State switch
        {
            LogState.Applied => (GraphMark.Full, PlotTheme.SeriesAt(0)),
            LogState.Superseded => (GraphMark.Half, PlotTheme.SeriesAt(0)),
            _ => (GraphMark.Hollow, PlotTheme.Muted),
        };
        var layers = entry.Layers.Count > 0 ? $" at layer{(entry.Layers.Count > 1 ? "s" : "")} {string.Join(", ", entry.Layers)}" : "";
        string[] superseded = [.. entry.Supersedes.Except(entry.Replaces)];
        return new PageGraphRow(lanes, mark, color, entry.Fact,
        [
            $"{entry.Id} {entry.State.ToString().ToLowerInvariant()}, {time}, {entry.Editor ?? "broken"}{layers}",
            .. entry.Prompt is { } prompt ? (string[])[$"asked by “{prompt}”"] : [],
            .. entry.Replaces.Count > 0 ? (string[])[$"replaces {string.Join(", ", entry.Replaces)}"] : [],
            .. superseded.Length > 0 ? (string[])[$"supersedes {string.Join(", ", superseded)}"] : [],
        ]);
    }
}
