using Amend.Atlas.Facts;
using Amend.Atlas.Suites;

namespace Amend.Atlas.Tests.Suites;

public sealed class QuestionSuiteTests
{
    private static readonly AtlasWorld World = AtlasWorld.LoadEmbedded();

    [Fact]
    public void A_question_is_taught_another_object_of_its_relation_and_has_a_second_question_for_the_same()
    {
        Assert.All(Records(), record =>
        {
            var request = Assert.Single(record.Requests);
            var fact = World.Facts.Single(one => one.Relation.Id == request.RelationId && one.Subject == request.Subject);
            var questions = fact.Relation.Phrasings.Skip(fact.Relation.Statements.Count).ToList();
            Assert.Equal(fact.Object, request.TargetTrue);
            Assert.NotEqual(fact.Object, request.TargetNew);
            Assert.Contains(request.TargetNew, fact.Relation.Objects);
            Assert.Contains(request.Prompt, questions);
            Assert.Contains(Assert.Single(record.Paraphrases), questions.Where(q => q != request.Prompt).Select(q => q.Replace("{}", fact.Subject)));
        });
    }

    [Fact]
    public void The_other_question_is_of_another_relation_and_subject_with_its_answer()
    {
        var answers = World.Facts
            .SelectMany(fact => fact.Relation.Phrasings.Skip(fact.Relation.Statements.Count).Select(q => (Text: q.Replace("{}", fact.Subject), fact)))
            .ToLookup(question => question.Text, question => question.fact);

        Assert.All(Records(), record =>
        {
            var other = Assert.Single(record.Neighborhood);
            Assert.Contains(answers[other.Text], fact => fact.Object == other.Answers[0] && fact.Relation.Id != record.Requests[0].RelationId);
            Assert.False(Mention.Of(record.Requests[0].Subject, other.Text));
        });
    }

    [Fact]
    public void Nothing_is_asked_about_excluded_subjects()
    {
        var excluded = World.Facts.Take(1500).Select(fact => fact.Subject).ToHashSet();

        var records = Records(excluded);

        Assert.DoesNotContain(records, record => excluded.Contains(record.Requests[0].Subject));
        Assert.All(World.Facts.Where(fact => excluded.Contains(fact.Subject)).Take(50), fact =>
            Assert.DoesNotContain(records, record => record.Neighborhood[0].Text == fact.Relation.Phrasings[^1].Replace("{}", fact.Subject)));
        Assert.True(records.Count > 1000);
    }

    private static List<QuestionRecord> Records(IReadOnlySet<string>? excluded = null) =>
        [.. new QuestionSuite(World, excluded ?? new HashSet<string>(), seed: 1).Records()];
}
