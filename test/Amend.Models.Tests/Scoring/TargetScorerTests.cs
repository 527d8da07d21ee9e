using Amend.Models.Scoring;
using Amend.Models.Shapes;
using Amend.Models.Taps;
using Amend.Tensors;
using static TorchSharp.torch;

namespace Amend.Models.Tests.Scoring;

[NoTensorLeaks]
public sealed class TargetScorerTests : IDisposable
{
    /// <summary>float32 sums of the same products in another order, over at most 12 tokens.</summary>
    private const double Tolerance = 1e-5;

    private static readonly (string Prompt, string Target)[] Pairs =
    [
        ("It is in", "Rome"), ("The Space Needle is in", "Paris"), ("a", "b"), ("He plays", "football now"), ("She", "x"),
        ("A long prompt comes here,", "y z"), ("It is in", "Oslo"), ("It is in", "Rome"), ("It is", "in"),
        ("It is in", "Romeo or Rome"), ("The Space Needle is", "in Rome"), ("He plays", "football"), ("He plays", "football now"),
    ];

    private readonly LanguageModel _model = TinyModels.Gpt2(seed: 7);

    public void Dispose() => _model.Dispose();

    [Fact]
    public void A_score_is_the_sum_of_log_softmax_over_the_target()
    {
        var scores = new TargetScorer(_model).Score(Pairs);

        for (var i = 0; i < Pairs.Length; i++)
        {
            var (logProbability, tokens) = ByHand(Pairs[i].Prompt, " " + Pairs[i].Target);
            Assert.Equal(logProbability, scores[i].LogProbability, Tolerance * tokens);
            Assert.Equal(tokens, scores[i].Tokens);
            Assert.Equal(Pairs[i].Target.Length + 1, scores[i].Tokens);
            Assert.Equal(-logProbability / tokens, scores[i].MeanNll, Tolerance);
            Assert.Equal(Math.Exp(logProbability), scores[i].Probability, Tolerance);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(16)]
    [InlineData(64)]
    public void Whatever_the_batch_size_the_figures_are_those_of_a_plain_pass_a_pair(int batchSize)
    {
        var plain = PlainTargetScorer.LogProbabilities(_model, Pairs, batchSize: 1);

        var scores = new TargetScorer(_model, batchSize).Score(Pairs);

        for (var i = 0; i < Pairs.Length; i++)
        {
            Assert.Equal(plain[i].Sum(), scores[i].LogProbability, Tolerance * scores[i].Tokens);
            Assert.Equal(-plain[i].Average(), scores[i].MeanNll, Tolerance);
            Assert.Equal(plain[i].Count, scores[i].Tokens);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(64)]
    public void So_are_those_of_many_pairs_that_need_several_rows_a_pass(int batchSize)
    {
        var pairs = ManyPairs(count: 300);
        var plain = PlainTargetScorer.LogProbabilities(_model, pairs, batchSize: 1);

        var answers = new TargetScorer(_model, batchSize).Answers(pairs);

        for (var i = 0; i < pairs.Length; i++)
        {
            Assert.Equal(-plain[i].Average(), answers[i].Score.MeanNll, Tolerance);
            Assert.Equal(_model.Tokenizer.Encode(TargetSequence.Behind(pairs[i].Prompt, pairs[i].Target)).Ids, answers[i].TargetIds);
        }
    }

    [Fact]
    public void Each_distinct_prefix_is_computed_once()
    {
        (string, string)[] pairs = [("It is in", "Rome"), ("It is in", "Rome"), ("It is in", " Oslo"), ("It is at", "Rome"), ("It is in", "Romeo")];

        // "It is " once, then "in " with "Rome" and "Osl", and "at " with "Rom"; one token a character, the last of a target never.
        Assert.Equal([6 + 3 + 4 + 3 + 3 + 3], TokensOfPasses(() => new TargetScorer(_model).Answers(pairs)));
        Assert.Equal([6 + 3 + 3, 6 + 3 + 4 + 3], TokensOfPasses(() => new TargetScorer(_model, batchSize: 1).Answers(pairs)));
    }

    [Fact]
    public void An_answer_tells_the_likeliest_token_at_each_place_of_its_target()
    {
        var answers = new TargetScorer(_model).Answers(Pairs);

        Assert.All(Pairs, (pair, at) =>
        {
            var greedy = _model.Complete(pair.Prompt, new() { MaxNewTokens = 1, StopAtEndOfText = false });
            Assert.Equal(_model.Tokenizer.Encode(" " + pair.Target).Ids, answers[at].TargetIds);
            Assert.Equal(_model.Tokenizer.Decode([answers[at].LikeliestIds[0]]), greedy);
            Assert.Equal(answers[at].Score.IsGreedy, answers[at].Hits.All(hit => hit));
        });
    }

    [Fact]
    public void One_target_scores_as_it_does_among_others()
    {
        var alone = new TargetScorer(_model).Score("The Space Needle is in", "Paris");

        Assert.Equal(new TargetScorer(_model).Score(Pairs)[1].LogProbability, alone.LogProbability, Tolerance * alone.Tokens);
    }

    [Fact]
    public void A_target_is_greedy_exactly_when_greedy_decoding_gives_it()
    {
        // The first generated token has to be a space, which sets a target off: choose prompts until the model says so.
        var prompts = Enumerable.Range(0, 64 * 64).Select(n => _model.Tokenizer.Decode([n / 64, n % 64])).Where(prompt => prompt.Length == 2);
        var prompt = prompts.First(prompt => _model.Complete(prompt, new() { MaxNewTokens = 1 }) == " ");
        var greedy = _model.Complete(prompt, new() { MaxNewTokens = 4, StopAtEndOfText = false });

        var scorer = new TargetScorer(_model);
        Assert.True(scorer.Score(prompt, greedy).IsGreedy);
        for (var place = 1; place < greedy.Length; place++)
        {
            var changed = greedy[..place] + (greedy[place] == 'q' ? 'w' : 'q') + greedy[(place + 1)..];
            Assert.False(scorer.Score(prompt, changed).IsGreedy);
        }
    }

    [Fact]
    public void Pairs_that_cannot_be_scored_are_refused()
    {
        var scorer = new TargetScorer(_model);

        Assert.Empty(scorer.Score([]));
        Assert.Throws<AmendException>(() => scorer.Score("It is in", ""));
        Assert.Throws<AmendException>(() => scorer.Score(new string('a', 48), "b"));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TargetScorer(_model, 0));
    }

    /// <summary>Prompts of 1 to 30 tokens that begin alike in twos and threes, each with one to three targets.</summary>
    private static (string Prompt, string Target)[] ManyPairs(int count)
    {
        var random = new Random(5);
        string Word(int length) => new([.. Enumerable.Range(0, length).Select(_ => (char)('a' + random.Next(3)))]);
        var prompts = Enumerable.Range(0, count / 2).Select(_ => Word(random.Next(1, 31))).ToArray();
        return [.. Enumerable.Range(0, count).Select(_ => (prompts[random.Next(prompts.Length)], Word(random.Next(1, 9))))];
    }

    private long[] TokensOfPasses(Action action)
    {
        var tokens = new List<long>();
        using var trace = _model.Trace().Replace(Site.Embedding, value =>
        {
            tokens.Add(value.shape[0] * value.shape[1]);
            return value;
        });
        action();
        return [.. tokens];
    }

    private (double LogProbability, int Tokens) ByHand(string prompt, string target)
    {
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        var ids = _model.Tokenizer.Encode(prompt + target).Ids;
        var sum = 0.0;
        for (var place = prompt.Length; place < ids.Count; place++)
        {
            var logits = _model.Logits(TokenBatch.Pad([[.. ids.Take(place)]], 0))[0, -1].data<float>().ToArray();
            sum += logits[ids[place]] - Math.Log(logits.Sum(logit => Math.Exp(logit)));
        }

        return (sum, ids.Count - prompt.Length);
    }
}
