using System.Xml.Linq;
using Amend.Reports.Tracing;
using Amend.Tracing;
using Amend.Tracing.Noise;
using Amend.Tracing.Results;
using Amend.Tracing.Studies;
using Amend.Tracing.Tests;

namespace Amend.Reports.Tests.Tracing;

public sealed class TraceFolderTests
{
    [Fact]
    public void A_facts_folder_holds_its_record_its_pictures_and_a_page_that_needs_nothing_else()
    {
        using var folder = new TempFolder();
        var trace = SampleTraces.ByHand(1, 3, [0.1, 0.1], [0.5, 0.2], [0.8, 0.3], [0.2, 0.7]);

        TraceFolder.Write(folder.File("out"), trace);

        var read = TraceJson.Read<TraceRecord>(folder.File("out/trace.json")).Trace!;
        Assert.Equal(trace.Maps[0].Scores.SelectMany(row => row), read.Maps[0].Scores.SelectMany(row => row));
        Assert.Equal([0x89, 0x50, 0x4E, 0x47], File.ReadAllBytes(folder.File("out/mlp.png")).Take(4));
        var hovers = XDocument.Load(folder.File("out/mlp.svg")).Descendants().Where(element => element.Name.LocalName == "title").Select(element => element.Value).ToList();
        Assert.Equal(8, hovers.Count);
        Assert.Contains("t2*, layer 0: p 80.0 %, effect +70.0 points", hovers);
        var page = File.ReadAllText(folder.File("out/index.html"));
        Assert.Contains("t2*, layer 0: p 80.0 %", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        Assert.DoesNotContain("src=", page, StringComparison.Ordinal);
        Assert.DoesNotContain("href=\"http", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Subject_tokens_are_marked_and_invisible_ones_are_shown()
    {
        var trace = SampleTraces.ByHand(1, 2, [0], [0], [0]) with { Tokens = [" ", " Goa", "\n"] };

        Assert.Equal(["␣", "Goa*", "⏎"], Enumerable.Range(0, 3).Select(token => TraceFigures.TokenLabel(trace, token)));
    }

    [Fact]
    public void A_studys_folder_holds_its_averages_and_a_page_for_each_fact()
    {
        using var folder = new TempFolder();
        var traces = new[] { SampleTraces.ByHand(0, 1, [0.3, 0.6], [0.9, 0.1]), SampleTraces.ByHand(0, 1, [0.5, 0.6], [0.9, 0.1]) };
        var description = new StudyDescription(TraceJson.Format, "by-hand", "00", NoiseLevel.Fixed(0.1), ["mlp"], 10, 10, 1, AnswerScoring.Whole, false);
        var records = traces.Select((trace, at) => new TraceRecord(TraceJson.Format, $"{at}", new TraceFact("a prompt", "subject", "answer"), trace, null))
            .Append(new TraceRecord(TraceJson.Format, "2", new TraceFact("a", "b", "c"), null, "The model does not know it.")).ToList();
        Directory.CreateDirectory(folder.File("facts"));

        TraceFolder.Write(folder.Path, new StudyResult(description, records, Finished: true));

        var summary = TraceJson.Read<StudySummary>(folder.File("summary.json"));
        Assert.Equal((2, 1, 1), (summary.Traced, summary.Skipped, summary.Suggestion!.Layer));
        Assert.Equal(["0.html", "1.html"], Directory.GetFiles(folder.File("facts")).Select(Path.GetFileName).Order());
        Assert.True(File.Exists(folder.File("aie-mlp.png")) && File.Exists(folder.File("aie-mlp.svg")));
        Assert.Contains("2 facts were traced; 1 were passed over", File.ReadAllText(folder.File("index.html")), StringComparison.Ordinal);
    }
}
