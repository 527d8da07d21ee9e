using Amend.Editing.Checks;
using Amend.Evaluation.Cases;
using Amend.Evaluation.Metrics;
using Amend.Evaluation.Metrics.Text;
using Amend.Models;
using Amend.Models.Generation;
using Amend.Models.Scoring;

namespace Amend.Evaluation.Tests.Metrics;

[NoTensorLeaks]
public sealed class CaseAskerTests : IDisposable
{
    /// <summary>Batches of other lengths round float32 otherwise.</summary>
    private const double Tolerance = 1e-4;

    private static readonly MetricNeeds Everything = CaseAsker.NeedsOf(BuiltInMetrics.All);
    private static readonly AskingOptions Options = new()
    {
        FixedText = "A text of no edit.", Writing = new() { TextTokens = 40, AnswerTokens = 5 }, Probe = [new("Malta lies in", "a"), new("Malta lies in", "b")],
    };
    private static readonly MetricCase Plain = MetricCase.Of(Samples.Case());
    private static readonly MetricCase One = Plain with
    {
        Prompts =
        [
            .. Plain.Prompts,
            new MetricPrompt(PromptKind.Portability, "Ships reach Réunion over the", "Arctic Ocean"),
            new MetricPrompt(PromptKind.Portability, "Ships reach Réunion over the", "Arctic") { IsRepeated = true },
        ],
        References = new ReferenceTexts(TfIdf.Fit(["known for", "the sea"]), ["It is known"]),
    };

    private readonly LanguageModel _model = TinyModel.Make();

    private static IEnumerable<IMetric> InChat => BuiltInMetrics.All.Where(metric => metric.Info.Needs.HasFlag(MetricNeeds.ChatAnswers));

    /// <summary>Those of labels, which a model that writes has no value of.</summary>
    private static IEnumerable<IMetric> OfLabels => BuiltInMetrics.All.Where(metric => metric.Info.Id.StartsWith("ke.", StringComparison.Ordinal));

    private static IEnumerable<IMetric> Valued => BuiltInMetrics.All.Except(InChat).Except(OfLabels)
        .Where(metric => metric.Info.Id != "cf.s" && !metric.Info.IsOfStreams);

    public void Dispose() => _model.Dispose();

    [Fact]
    public void The_figures_are_CounterFacts_over_losses_that_are_scored_one_by_one()
    {
        var (record, scorer, measured) = (Samples.Record(), new TargetScorer(_model, batchSize: 1), Measure(Options));
        var (added, kept) = (record.RequestedRewrite.TargetNew.Str, record.RequestedRewrite.TargetTrue.Str);
        double Loss(string prompt, string target) => scorer.Score(prompt, target).MeanNll;
        void AssertFigures(string kind, IEnumerable<string> prompts, string wanted, string rival)
        {
            (double Wanted, double Rival)[] losses = [.. prompts.Select(prompt => (Loss(prompt, wanted), Loss(prompt, rival)))];
            Assert.Equal(
                100 * losses.Average(l => CandidateComparison.Success(l.Wanted, l.Rival)),
                BuiltInMetrics.Find($"cf.{kind}s").ValueOf(measured));
            Assert.Equal(
                100 * losses.Average(l => CandidateComparison.Magnitude(l.Wanted, l.Rival)),
                BuiltInMetrics.Find($"cf.{kind}m").ValueOf(measured)!.Value,
                Tolerance);
        }

        AssertFigures("e", ["Réunion lies in"], added, kept);
        AssertFigures("p", record.ParaphrasePrompts, added, kept);
        AssertFigures("n", record.NeighborhoodPrompts, kept, added);
    }

    [Fact]
    public void Every_built_in_metric_but_the_score_has_a_value_within_its_range()
    {
        var measured = Measure(Options);

        Assert.All(Valued, metric =>
            Assert.InRange(metric.ValueOf(measured) ?? double.NaN, metric.Info.Low, metric.Info.High));
    }

    [Fact]
    public void A_model_that_writes_has_no_value_of_labels()
    {
        var measured = Measure(Options);

        Assert.All(OfLabels, metric => Assert.Null(metric.ValueOf(measured)));
        Assert.Equal(5, OfLabels.Count());
    }

    [Fact]
    public void A_model_without_a_chat_template_has_no_value_in_chat()
    {
        var measured = Measure(Options);

        Assert.All(InChat, metric => Assert.Null(metric.ValueOf(measured)));
        Assert.Equal(3, InChat.Count());
    }

    [Fact]
    public void The_probe_is_the_share_of_its_facts_whose_first_token_is_the_likeliest()
    {
        var next = _model.Complete("Malta lies in ", new GenerationOptions { MaxNewTokens = 1 });
        ProbeFact[] facts = [new("Malta lies in ", next + "xyz"), new("Malta lies in ", next == "q" ? "r" : "q")];

        Assert.Equal(50, BuiltInMetrics.Find("probe").ValueOf(Measure(Options with { Probe = facts })));
        Assert.Null(BuiltInMetrics.Find("probe").ValueOf(Measure(Options with { Probe = [] })));
    }

    [Fact]
    public void Facts_of_cases_are_their_true_objects()
    {
        EditCase[] cases =
        [
            new() { Id = "1", Requests = [new("{} is in") { Subject = "Big Ben", TargetNew = "Rome", TargetTrue = "London" }] },
            new() { Id = "2", Requests = [new("{} is in") { Subject = "Elba", TargetNew = "Rome" }] },
        ];

        Assert.Equal([new ProbeFact("Big Ben is in", "London")], ProbeFacts.Of(cases));
    }

    [Fact]
    public void A_model_agrees_with_itself() => Assert.Equal(100, BuiltInMetrics.Find("loc.agree").ValueOf(Measure(Options)));

    [Fact]
    public void Batch_size_and_other_cases_change_no_figure()
    {
        var other = MetricCase.Of(Samples.Case(8, "Svalbard"));
        var alone = Measure(Options);
        var among = new CaseAsker(_model, Options with { BatchSize = 2 }).Ask([other, One], Everything)[1];

        Assert.All(Valued, metric => Assert.Equal(
            metric.ValueOf(alone)!.Value, metric.ValueOf(new CaseMeasurement(One, alone.Before, among))!.Value, Tolerance * 10));
    }

    [Fact]
    public void A_prompt_with_several_accepted_answers_is_scored_at_each_and_answered_freely_once()
    {
        PromptAnswer[] asked = [.. Measure(Options).Now.Of(PromptKind.Portability)];

        Assert.Equal(["Arctic Ocean", "Arctic"], asked.Select(answer => answer.Prompt.Wanted));
        Assert.All(asked, answer => Assert.Equal(
            new TargetScorer(_model).Score(answer.Prompt.Prompt, answer.Prompt.Wanted).MeanNll, answer.Wanted.Score.MeanNll, Tolerance));
        Assert.Equal(_model.Complete(asked[0].Prompt.Prompt, new GenerationOptions { MaxNewTokens = 5 }), asked[0].Generated!.Text);
        Assert.Null(asked[1].Generated);
    }

    [Fact]
    public void Only_what_is_needed_is_asked()
    {
        var answers = new CaseAsker(_model, Options).Ask(One, BuiltInMetrics.Find("tf.exact").Info.Needs);

        var only = Assert.Single(answers.Prompts);
        Assert.Equal((PromptKind.Rewrite, null, null), (only.Prompt.Kind, only.Rival, only.Generated));
        Assert.Empty(answers.Generations);
        Assert.Null(answers.FixedTextPerplexity);
    }

    [Fact]
    public void Free_answers_are_the_greedy_continuation_up_to_the_clauses_end()
    {
        var answer = Measure(Options).Now.Of(PromptKind.Rewrite).Single();

        Assert.Equal(_model.Complete(answer.Prompt.Prompt, new GenerationOptions { MaxNewTokens = 5 }), answer.Generated!.Text);
        Assert.Equal(ShortAnswer.Cut(answer.Generated.Text), answer.Generated.Answer);
        Assert.StartsWith(
            answer.Generated.Answer, _model.Tokenizer.Decode(answer.Generated.AnswerIds).TrimStart(), StringComparison.Ordinal);
    }

    [Fact]
    public void Texts_begin_with_their_openings_have_the_asked_length_and_repeat()
    {
        var first = Measure(Options).Now.Generations;

        Assert.Equal(One.GenerationPrompts.Count, first.Count);
        Assert.All(first, (text, at) => Assert.StartsWith(One.GenerationPrompts[at], text, StringComparison.Ordinal));
        Assert.InRange(_model.Tokenize(first[0]).Ids.Count, 30, 40);
        Assert.Equal(first, Measure(Options).Now.Generations);
    }

    private CaseMeasurement Measure(AskingOptions options)
    {
        var scorer = new CaseAsker(_model, options);
        return new CaseMeasurement(One, scorer.Ask(One, Everything), scorer.Ask(One, Everything));
    }
}
