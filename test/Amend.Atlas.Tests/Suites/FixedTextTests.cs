using Amend.Atlas.Facts;
using Amend.Atlas.Suites;
using Amend.Evaluation.Datasets;

namespace Amend.Atlas.Tests.Suites;

public sealed class FixedTextTests
{
    [Fact]
    public void The_committed_text_is_the_embedded_worlds_and_names_no_subject_that_the_suite_edits()
    {
        var suites = Path.Combine(AppContext.BaseDirectory, "suites");
        string[] subjects = [.. BuiltInDatasets.Find("counterfact").Read(Path.Combine(suites, SuiteWriter.CounterFactFileName), new())
            .Select(one => one.Requests[0].Subject!)];
        var text = FixedText.Of(AtlasWorld.LoadEmbedded(), seed: 1, subjects);

        Assert.Equal(text, File.ReadAllText(Path.Combine(suites, SuiteWriter.FixedTextFileName)));
        Assert.InRange(text.Length, 2000, 6000);
        Assert.DoesNotContain(subjects, subject => text.Contains(subject, StringComparison.Ordinal));
    }
}
