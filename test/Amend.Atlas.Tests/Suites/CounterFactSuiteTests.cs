using System.Text.Json;
using Amend.Atlas.Facts;
using Amend.Atlas.Suites;
using Amend.Evaluation.Cases;
using Amend.Tensors;

namespace Amend.Atlas.Tests.Suites;

/// <summary>The suite over the embedded world, for a model that answers nine prompts in ten.</summary>
public sealed class CounterFactSuiteTests
{
    private const int Limit = 1200;
    private static readonly AtlasWorld World = AtlasWorld.LoadEmbedded();
    private static readonly IReadOnlyList<CounterFactRecord> Records = Make(seed: 1);

    private static readonly ILookup<string, Fact> ByPrompt = World.Facts
        .SelectMany(fact => PromptsOf(fact).Select(p => (Prompt: p, Fact: fact)))
        .ToLookup(p => p.Prompt, p => p.Fact);

    [Fact]
    public void There_are_a_thousand_records_at_least_and_no_more_than_the_limit() => Assert.InRange(Records.Count, 1000, Limit);

    [Fact]
    public void No_relation_has_more_than_a_fifth_of_the_records() =>
        Assert.All(Records.GroupBy(r => r.RequestedRewrite.RelationId), g => Assert.InRange(g.Count(), 1, Records.Count / 5));

    [Fact]
    public void Case_ids_run_and_no_fact_comes_twice()
    {
        Assert.Equal(Enumerable.Range(0, Records.Count), Records.Select(r => r.CaseId));
        Assert.Equal(Records.Count, Records.Select(r => (r.RequestedRewrite.RelationId, r.RequestedRewrite.Subject)).Distinct().Count());
    }

    [Fact]
    public void The_suite_is_a_function_of_the_seed()
    {
        var text = JsonSerializer.Serialize(Records);

        Assert.Equal(text, JsonSerializer.Serialize(Make(seed: 1)));
        Assert.NotEqual(text, JsonSerializer.Serialize(Make(seed: 2)));
    }

    [Fact]
    public void A_smaller_limit_gives_so_many_records() => Assert.Equal(30, Make(seed: 1, limit: 30).Count);

    [Fact]
    public void The_rewrite_is_a_statement_that_the_model_answers_rightly() => Assert.All(Records, record =>
    {
        var fact = FactOf(record);

        Assert.Contains(record.RequestedRewrite.Prompt, fact.Relation.Statements);
        Assert.Equal(fact.Object, record.RequestedRewrite.TargetTrue.Str);
        Assert.True(Knows(Filled(record)));
    });

    [Fact]
    public void The_new_target_is_another_object_of_the_relation() => Assert.All(Records, record =>
    {
        Assert.Contains(record.RequestedRewrite.TargetNew.Str, FactOf(record).Relation.Objects);
        Assert.NotEqual(record.RequestedRewrite.TargetTrue.Str, record.RequestedRewrite.TargetNew.Str);
    });

    [Fact]
    public void The_first_paraphrase_is_another_phrasing_that_the_model_answers_rightly() => Assert.All(Records, record =>
    {
        Assert.Equal(2, record.ParaphrasePrompts.Count);
        Assert.Contains(FactOf(record), ByPrompt[record.ParaphrasePrompts[0]]);
        Assert.NotEqual(Filled(record), record.ParaphrasePrompts[0]);
        Assert.True(Knows(record.ParaphrasePrompts[0]));
    });

    [Fact]
    public void The_second_paraphrase_stands_after_a_sentence_about_something_else() => Assert.All(Records, record =>
    {
        var fact = FactOf(record);
        var prompt = record.ParaphrasePrompts[1];
        var paraphrase = Assert.Single(PromptsOf(fact), p => prompt.EndsWith(". " + p, StringComparison.Ordinal));
        var foreign = prompt[..^(paraphrase.Length + 1)];

        Assert.True(Knows(prompt));
        Assert.NotEqual(record.ParaphrasePrompts[0], paraphrase);
        Assert.NotEqual(Filled(record), paraphrase);
        Assert.DoesNotContain(
            new[] { fact.Subject, fact.Object, record.RequestedRewrite.TargetNew.Str }, name => Mention.Of(name, foreign));
    });

    [Fact]
    public void Ten_neighborhood_prompts_are_about_others_with_the_same_object() => Assert.All(Records, record =>
    {
        var fact = FactOf(record);

        Assert.Equal(10, record.NeighborhoodPrompts.Distinct().Count());
        Assert.All(record.NeighborhoodPrompts, prompt =>
        {
            Assert.Contains(ByPrompt[prompt], other => other.Relation == fact.Relation && other.Object == fact.Object && other != fact);
            Assert.False(Mention.Of(fact.Subject, prompt));
            Assert.True(Knows(prompt));
        });
    });

    [Fact]
    public void Subjects_repeat_among_neighbors_only_where_there_are_too_few()
    {
        var record = Records.First(r => r.RequestedRewrite.RelationId == "birthplace" && World.Facts.Count(f => f.Relation.Id == "birthplace" && f.Object == r.RequestedRewrite.TargetTrue.Str) > 13);

        Assert.Equal(10, record.NeighborhoodPrompts.Select(p => ByPrompt[p].First().Subject).Distinct().Count());
    }

    [Fact]
    public void Ten_attribute_prompts_are_about_subjects_whose_object_is_the_new_target() => Assert.All(Records, record =>
    {
        var fact = FactOf(record);

        Assert.Equal(10, record.AttributePrompts.Distinct().Count());
        Assert.All(record.AttributePrompts, prompt =>
        {
            Assert.Contains(
                ByPrompt[prompt], other => other.Relation == fact.Relation && other.Object == record.RequestedRewrite.TargetNew.Str);
            Assert.False(Mention.Of(fact.Subject, prompt));
        });
    });

    [Fact]
    public void Ten_generation_prompts_name_the_subject_and_not_the_object() => Assert.All(Records, record =>
    {
        Assert.Equal(10, record.GenerationPrompts.Count);
        Assert.All(record.GenerationPrompts, prompt =>
        {
            Assert.Contains(record.RequestedRewrite.Subject, prompt);
            Assert.DoesNotContain("{", prompt);
            Assert.Equal(prompt.Trim(), prompt);
        });
    });

    [Fact]
    public void A_model_that_knows_nothing_has_no_records() =>
        Assert.Empty(new CounterFactSuite(new KnownPrompts(World, q => new bool[q.Count]), q => new bool[q.Count], seed: 1).Records(Limit));

    [Fact]
    public void Records_for_training_edit_none_of_the_excluded_subjects_and_ask_about_none()
    {
        var excluded = Records.Take(600).Select(record => record.RequestedRewrite.Subject).ToHashSet();

        var training = new CounterFactSuite(new KnownPrompts(World, Recall), Recall, seed: 1).TrainingRecords(Limit, excluded);

        Assert.True(training.Count > 500);
        Assert.Equal(Enumerable.Range(0, training.Count), training.Select(record => record.CaseId));
        Assert.All(training, record =>
        {
            Assert.DoesNotContain(record.RequestedRewrite.Subject, excluded);
            Assert.All(record.NeighborhoodPrompts.Concat(record.AttributePrompts), prompt =>
                Assert.DoesNotContain(ByPrompt[prompt], other => excluded.Contains(other.Subject)));
        });
    }

    private static IReadOnlyList<CounterFactRecord> Make(int seed, int limit = Limit) =>
        new CounterFactSuite(new KnownPrompts(World, Recall), Recall, seed).Records(limit);

    private static bool[] Recall(IReadOnlyList<(string Prompt, string Object)> questions) => [.. questions.Select(q => Knows(q.Prompt))];

    private static bool Knows(string prompt) => StableRandom.For(0, prompt).Next(10) > 0;

    private static IEnumerable<string> PromptsOf(Fact fact) =>
        Enumerable.Range(0, fact.Relation.Phrasings.Count).Select(p => KnownPrompts.Prompt(fact, p));

    private static string Filled(CounterFactRecord record) =>
        record.RequestedRewrite.Prompt.Replace("{}", record.RequestedRewrite.Subject, StringComparison.Ordinal);

    private static Fact FactOf(CounterFactRecord record) => World.Relations
        .Single(r => r.Id == record.RequestedRewrite.RelationId).Facts.Single(f => f.Subject == record.RequestedRewrite.Subject);
}
