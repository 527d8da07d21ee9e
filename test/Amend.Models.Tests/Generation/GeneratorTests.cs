using Amend.Models.Generation;
using Amend.Models.Shapes;
using Amend.Tensors;
using static TorchSharp.torch;
using Generator = Amend.Models.Generation.Generator;

namespace Amend.Models.Tests.Generation;

[NoTensorLeaks]
public sealed class GeneratorTests : IDisposable
{
    private static readonly int[][] Prompts = [[12, 50, 3], [33, 8, 1, 61, 20, 5], [7]];

    private readonly LanguageModel _model = TinyModels.Gpt2(seed: 4);

    public void Dispose() => _model.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Greedy_decoding_takes_the_likeliest_token_of_each_plain_pass(bool useCache)
    {
        var expected = Prompts[0].ToList();
        for (var step = 0; step < 12; step++)
            expected.Add(ArgMaxAfter(expected));

        var found = Generate([Prompts[0]], new() { MaxNewTokens = 12, UseCache = useCache, StopAtEndOfText = false });

        Assert.Equal(expected[3..], found[0]);
        Assert.True(expected[3..].Distinct().Count() > 1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_batch_of_prompts_continues_each_as_it_would_alone(bool useCache)
    {
        var options = new GenerationOptions { MaxNewTokens = 10, UseCache = useCache };

        var together = Generate(Prompts, options);

        Assert.All(Prompts.Zip(together), pair => Assert.Equal(Generate([pair.First], options)[0], pair.Second));
    }

    [Theory]
    [InlineData(true, null)]
    [InlineData(false, null)]
    [InlineData(true, 5)]
    public void Each_prompt_ends_at_its_own_length_and_the_others_go_on_as_before(bool useCache, int? topK)
    {
        // The second prompt fills the context, the third would if it went on with the fourth.
        int[][] prompts = [.. Prompts[..1], [.. Enumerable.Range(0, 45)], [.. Enumerable.Range(10, 46)], [7]];
        int[] lengths = [6, 4, 1, 30];
        var options = new GenerationOptions { UseCache = useCache, TopK = topK, StopAtEndOfText = false };

        var found = new Generator(_model).Generate(prompts, lengths, options);

        Assert.Equal(lengths, found.Select(ids => ids.Count));
        for (var row = 0; row < prompts.Length; row++)
        {
            // In the same place a sampled text has the same stream.
            var alone = Enumerable.Repeat(prompts[row], row + 1).ToArray();
            Assert.Equal(new Generator(_model).Generate(alone, [.. Enumerable.Repeat(lengths[row], row + 1)], options)[row], found[row]);
        }
    }

    [Fact]
    public void A_prompt_of_which_nothing_is_asked_gets_nothing()
    {
        var found = new Generator(_model).Generate(Prompts, [0, 3, 0], new() { StopAtEndOfText = false });

        Assert.Equal([0, 3, 0], found.Select(ids => ids.Count));
        Assert.All(new Generator(_model).Generate(Prompts, [0, 0, 0], new()), Assert.Empty);
        Assert.Throws<ArgumentException>(() => new Generator(_model).Generate(Prompts, [1], new()));
    }

    [Fact]
    public void Equal_prompts_of_a_batch_are_sampled_independently()
    {
        var found = Generate([Prompts[0], Prompts[0]], new() { MaxNewTokens = 15, TopP = 1 });

        Assert.NotEqual(found[0], found[1]);
    }

    [Fact]
    public void Sampling_gives_the_same_tokens_for_a_seed()
    {
        var options = new GenerationOptions { MaxNewTokens = 15, TopP = 1, Seed = 3 };

        Assert.Equal(Generate(Prompts, options), Generate(Prompts, options));
        Assert.NotEqual(Generate(Prompts, options), Generate(Prompts, options with { Seed = 4 }));
    }

    [Fact]
    public void The_end_of_text_ends_a_sequence_and_is_its_last_token()
    {
        AlwaysEndText();

        Assert.Equal([_model.Tokenizer.EndOfText], Generate([Prompts[0]], new() { MaxNewTokens = 5 })[0]);
        Assert.Equal(5, Generate([Prompts[0]], new() { MaxNewTokens = 5, StopAtEndOfText = false })[0].Count);
        Assert.Equal("", _model.Complete("abc", new() { MaxNewTokens = 5 }));
    }

    [Fact]
    public void Sequences_that_would_exceed_the_context_are_refused()
    {
        var prompt = Enumerable.Range(0, 40).ToArray();

        Assert.Equal(9, Generate([prompt], new() { MaxNewTokens = 9, StopAtEndOfText = false })[0].Count);
        var error = Assert.Throws<AmendException>(() => Generate([prompt], new() { MaxNewTokens = 10 }));

        Assert.Equal("49 tokens were asked of 'tiny-gpt2-4', whose context holds 48; shorten the prompt or generate fewer tokens.", error.Message);
    }

    [Fact]
    public void No_prompts_give_no_continuations_and_an_empty_one_is_refused()
    {
        Assert.Empty(Generate([], new()));
        Assert.Throws<ArgumentException>(() => Generate([[1], []], new()));
    }

    [Fact]
    public void Settings_out_of_range_are_refused()
    {
        Assert.Throws<AmendException>(() => Generate([Prompts[0]], new() { TopK = -1 }));
    }

    private IReadOnlyList<IReadOnlyList<int>> Generate(IReadOnlyList<IReadOnlyList<int>> prompts, GenerationOptions options) =>
        new Generator(_model).Generate(prompts, options);

    private int ArgMaxAfter(List<int> ids)
    {
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        return (int)_model.Logits(TokenBatch.Pad([ids], 0))[0, -1].argmax().item<long>();
    }

    /// <summary>Makes the final norm give the embedding of the end of text, whatever comes in.</summary>
    private void AlwaysEndText()
    {
        using var scope = NewDisposeScope();
        using var none = no_grad();
        _model.Weights["transformer.ln_f.weight"].Value.zero_();
        _model.Weights["transformer.ln_f.bias"].Value.copy_(_model.Weights["transformer.wte.weight"].Value[63] * 100);
        _model.Weights["transformer.wte.weight"].Value[63].mul_(10);
    }
}
