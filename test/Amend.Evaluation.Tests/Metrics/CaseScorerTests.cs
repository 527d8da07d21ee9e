using Amend.Evaluation.Cases;
using Amend.Evaluation.Metrics.Text;
using Amend.Evaluation.Metrics;
using Amend.Models.Generation;
using Amend.Models.Scoring;
using Amend.Models;

namespace Amend.Evaluation.Tests.Metrics;

[NoTensorLeaks]
public sealed class CaseScorerTests : IDisposable
{
    /// <summary>Batches of other lengths round float32 otherwise.</summary>
    private const double Tolerance = 1e-4;

    private static readonly MetricNeeds Everything = CaseScorer.NeedsOf(BuiltInMetrics.All);
    private static readonly CaseScorerOptions Options = new() { FixedText = "A text of no edit.", TextTokens = 40, AnswerTokens = 5 };
    private static readonly MetricCase One = MetricCase.Of(Samples.Record()) with
    {
        References = new ReferenceTexts(TfIdf.Fit(["known for", "the sea"]), ["It is known"]),
    };

    private readonly LanguageModel _model = TinyModel.Make();

    public void Dispose() => _model.Dispose();

    [Fact]
    public void The_figures_are_CounterFacts_over_losses_that_are_scored_one_by_one()
    {
        var expected = CounterFactScores.Of([Losses(Samples.Record())]);
        var measured = Measure(Options);

        double Value(string id) => BuiltInMetrics.Find(id).Over([measured], seed: 0).Value;
        Assert.Equal(
            (expected.Efficacy.Mean, expected.Paraphrase.Mean, expected.Neighborhood.Mean, expected.EditScore),
            (Value("cf.es"), Value("cf.ps"), Value("cf.ns"), Value("cf.s")));
        Assert.Equal(expected.EfficacyMagnitude.Mean, Value("cf.em"), Tolerance);
        Assert.Equal(expected.NeighborhoodMagnitude.Mean, Value("cf.nm"), Tolerance);
    }

    private CounterFactMeasurement Losses(CounterFactRecord record)
    {
        var (rewrite, scorer) = (record.RequestedRewrite, new TargetScorer(_model, batchSize: 1));
        NllPair Pair(string prompt) => new(scorer.Score(prompt, rewrite.TargetNew.Str).MeanNll, scorer.Score(prompt, rewrite.TargetTrue.Str).MeanNll);
        return new CounterFactMeasurement(
            Pair(record.ToRequest().FilledPrompt), [.. record.ParaphrasePrompts.Select(Pair)], [.. record.NeighborhoodPrompts.Select(Pair)]);
    }

    [Fact]
    public void Every_built_in_metric_but_the_score_has_a_value_within_its_range()
    {
        var measured = Measure(Options);

        Assert.All(BuiltInMetrics.All.Where(metric => metric.Info.Id != "cf.s"), metric =>
            Assert.InRange(metric.ValueOf(measured) ?? double.NaN, metric.Info.Low, metric.Info.High));
    }

    [Fact]
    public void A_model_agrees_with_itself() => Assert.Equal(100, BuiltInMetrics.Find("loc.agree").ValueOf(Measure(Options)));

    [Fact]
    public void Batch_size_and_other_cases_change_no_figure()
    {
        var other = MetricCase.Of(Samples.Record(8, "Svalbard"));
        var alone = Measure(Options);
        var among = new CaseScorer(_model, Options with { BatchSize = 2 }).Ask([other, One], Everything)[1];

        Assert.All(BuiltInMetrics.All.Where(metric => metric.Info.Id != "cf.s"), metric => Assert.Equal(
            metric.ValueOf(alone)!.Value, metric.ValueOf(new CaseMeasurement(One, alone.Before, among))!.Value, Tolerance * 10));
    }

    [Fact]
    public void Only_what_is_needed_is_asked()
    {
        var answers = new CaseScorer(_model, Options).Ask(One, BuiltInMetrics.Find("tf.exact").Info.Needs);

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
        Assert.StartsWith(answer.Generated.Answer, _model.Tokenizer.Decode(answer.Generated.AnswerIds).TrimStart(), StringComparison.Ordinal);
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

    private CaseMeasurement Measure(CaseScorerOptions options)
    {
        var scorer = new CaseScorer(_model, options);
        return new CaseMeasurement(One, scorer.Ask(One, Everything), scorer.Ask(One, Everything));
    }
}
