using Amend.Atlas.Documents;
using Amend.Atlas.Facts;
using Amend.Atlas.Suites;

namespace Amend.Atlas.Tests.Suites;

public sealed class LabelSuiteTests
{
    private static readonly Archive Archive = new(AtlasWorld.LoadEmbedded(), seed: 1);
    private readonly LabelSuite _suite = new(Archive, seed: 1);

    [Fact]
    public void An_edit_is_a_document_with_its_right_section_two_other_wordings_and_two_documents_of_its_kind_before_the_change()
    {
        var upstream = _suite.Upstream().ToDictionary(record => record.Classification.Text);

        Assert.All(_suite.Edits().Zip(Archive.Later), pair =>
        {
            var (record, document) = pair;
            Assert.Equal(document.Section, record.Classification.Label);
            Assert.Equal(2, record.Paraphrases.Distinct().Count());
            Assert.DoesNotContain(record.Classification.Text, record.Paraphrases);
            Assert.All(record.Paraphrases, text => Assert.StartsWith($"Filed in {document.Year}. ", text));
            Assert.Equal(2, record.Neighborhood.Count);
            Assert.All(record.Neighborhood, prompt =>
            {
                Assert.StartsWith($"{document.Kind.Id}/", upstream[prompt.Text].Id);
                Assert.Equal([document.Kind.SectionIn(1989)], prompt.Answers);
            });
        });
    }

    [Fact]
    public void All_parts_have_the_same_labels_and_ids_of_their_own()
    {
        foreach (var part in (IReadOnlyList<ClassifiedRecord>[])[_suite.Training(), _suite.Upstream(), _suite.Edits(), _suite.Holdout()])
        {
            Assert.All(part, record => Assert.Equal(["arts", "geography", "nature", "people", "society", "trade"], record.Classification.Labels));
            Assert.Equal(part.Count, part.Select(record => record.Id).Distinct().Count());
        }
    }
}
