using System.Xml.Linq;
using Amend.Editing.Log;
using Amend.Editing.Stores;
using Amend.Reports.Log;
using Amend.Reports.Pages;
using Amend.Tensors;

namespace Amend.Reports.Tests.Log;

public sealed class LogPageTests
{
    private static readonly DateTimeOffset Time = new(2026, 1, 31, 18, 46, 0, TimeSpan.Zero);

    private static readonly EditLog Log = new("tiny", 5,
    [
        new LogEntry(5, JournalOp.Revert, "cccccccccccc", Time, LogState.Reverted) { After = [4], Prompt = "The <Tower> is in", Subject = "The <Tower>", TargetOld = "Rome", TargetNew = "Oslo", Editor = "rome" },
        new LogEntry(4, JournalOp.Apply, "cccccccccccc", Time, LogState.Reverted) { After = [2], Prompt = "The <Tower> is in", Subject = "The <Tower>", TargetOld = "Rome", TargetNew = "Oslo", Editor = "rome", Supersedes = ["aaaaaaaaaaaa"] },
        new LogEntry(3, JournalOp.Apply, "bbbbbbbbbbbb", Time, LogState.Applied) { After = [2, 1], Prompt = "Goa is in", Subject = "Goa", TargetNew = "Oslo", Editor = "memit", Layers = [3, 4], Supersedes = ["dddddddddddd", "aaaaaaaaaaaa"], Replaces = ["aaaaaaaaaaaa"] },
        new LogEntry(2, JournalOp.Apply, "aaaaaaaaaaaa", Time, LogState.Superseded) { Problem = "It is broken." },
    ]);

    [Fact]
    public void The_page_draws_every_entry_in_its_lane_and_needs_nothing_else()
    {
        var page = LogPage.Of(Log).ToString();

        Assert.All(
            [
                "<h1>Edits of tiny</h1>", "4 of 5 entries.", "The &lt;Tower&gt;: Rome → Oslo", "cccccccccccc taken back, 2026-01-31 18:46 UTC",
                "bbbbbbbbbbbb applied, 2026-01-31 18:46 UTC, memit at layers 3, 4", "asked by “Goa is in”", "replaces aaaaaaaaaaaa", "supersedes dddddddddddd",
                "It is broken.", "aaaaaaaaaaaa superseded, 2026-01-31 18:46 UTC, broken",
            ],
            text => Assert.Contains(text, page, StringComparison.Ordinal));
        Assert.DoesNotContain("src=", page, StringComparison.Ordinal);
        var drawn = XElement.Parse(page[page.IndexOf("<ol", StringComparison.Ordinal)..(page.IndexOf("</ol>", StringComparison.Ordinal) + 5)]);
        Assert.Equal("--lanes:60px", (string)drawn.Attribute("style")!);
        string[] marks = [.. drawn.Descendants("svg").Select(row => string.Join(' ', row.Elements().Skip(1).Select(mark => mark.Name)))];
        Assert.Equal(["circle path", "circle", "circle circle", "circle path"], marks);
        Assert.Equal(["10 12 10 100%", "10 0 10 12", "10 12 10 100%"], drawn.Descendants("svg").Take(2).SelectMany(row => row.Descendants("line")).Select(Ends));
        Assert.Contains("30 12 50 28", drawn.Descendants("line").Select(Ends));
    }

    [Fact]
    public void A_page_is_written_as_one_file_and_a_folder_is_refused()
    {
        using var folder = new TempFolder();

        PageFile.CheckWritable(folder.File("new/log.html"));
        PageFile.Write(folder.File("new/log.html"), LogPage.Of(Log));

        Assert.Equal(["log.html"], Directory.GetFiles(folder.File("new")).Select(Path.GetFileName));
        Assert.Contains("is a folder", Assert.Throws<AmendException>(() => PageFile.CheckWritable(folder.Path)).Message, StringComparison.Ordinal);
        Assert.Throws<AmendException>(() => PageFile.CheckWritable("/proc/amend/page.html"));
    }

    private static string Ends(XElement line) => string.Join(' ', line.Attributes().Select(end => end.Value));
}
