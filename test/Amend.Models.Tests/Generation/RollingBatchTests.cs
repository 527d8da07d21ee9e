using Amend.Models.Generation;
using Amend.Models.Shapes;
using Amend.Tensors;
using static TorchSharp.torch;
using Generator = Amend.Models.Generation.Generator;

namespace Amend.Models.Tests.Generation;

[NoTensorLeaks]
public sealed class RollingBatchTests : IDisposable
{
    private static readonly int[][] Prompts = [[12, 50, 3], [33, 8, 1, 61, 20, 5], [7], [2, 2, 40, 9]];

    private readonly LanguageModel _model = TinyModels.Gpt2(seed: 4);

    public void Dispose() => _model.Dispose();

    [Theory]
    [InlineData(null)]
    [InlineData(5)]
    public void Texts_that_join_and_leave_between_steps_are_what_each_is_alone(int? topK)
    {
        int[] lengths = [12, 3, 20, 1];
        var texts = Prompts.Zip(lengths, (prompt, length) => new RollingText(prompt, Options(length, topK))).ToArray();
        using var batch = new RollingBatch(_model);

        batch.Join(texts[0]);
        Steps(batch, 2);
        batch.Join(texts[1], texts[2]);
        Steps(batch, 4);
        batch.Join(texts[3]);
        Steps(batch, 20);

        Assert.Equal(0, batch.Count);
        Assert.All(texts.Zip(lengths), of => Assert.Equal(Alone(of.First.Prompt, Options(of.Second, topK)), of.First.Generated));
    }

    [Fact]
    public void A_text_alone_is_what_the_generator_gives()
    {
        foreach (var prompt in Prompts)
            Assert.Equal(new Generator(_model).Generate([prompt], Options(15, topK: null))[0], Alone(prompt, Options(15, topK: null)));
    }

    [Fact]
    public void Logits_are_those_of_a_whole_pass_whoever_is_beside()
    {
        var logits = new List<float[]>();
        var watched = new RollingText(Prompts[1], Options(8, topK: null)) { Chosen = (_, values) => logits.Add(values.ToArray()) };
        using var batch = new RollingBatch(_model);
        batch.Join(new RollingText(Prompts[0], Options(4, topK: null)));
        Steps(batch, 1);
        batch.Join(watched);
        Steps(batch, 20);

        for (var at = 0; at < logits.Count; at++)
        {
            using var scope = NewDisposeScope();
            int[] read = [.. Prompts[1], .. watched.Generated.Take(at)];
            var plain = _model.NextLogits(TokenBatch.Pad([read], 0));
            Assert.True((plain[0] - tensor(logits[at])).abs().max().item<float>() < 1e-4f, $"step {at}");
        }
    }

    [Fact]
    public void A_text_that_was_stopped_leaves_and_the_others_go_on()
    {
        var (left, stays) = (new RollingText(Prompts[1], Options(30, topK: null)), new RollingText(Prompts[0], Options(10, topK: null)));
        using var batch = new RollingBatch(_model);
        batch.Join(left, stays);

        left.Stop();
        Steps(batch, 20);

        Assert.Single(left.Generated);
        Assert.Equal(Alone(Prompts[0], Options(10, topK: null)), stays.Generated);
    }

    [Fact]
    public void A_text_over_the_context_is_refused_and_the_others_go_on()
    {
        var stays = new RollingText(Prompts[0], Options(5, topK: null));
        using var batch = new RollingBatch(_model);
        batch.Join(stays);

        Assert.Throws<AmendException>(() => batch.Join(new RollingText(Prompts[1], Options(500, topK: null))));
        Steps(batch, 10);

        Assert.Equal(Alone(Prompts[0], Options(5, topK: null)), stays.Generated);
    }

    private static GenerationOptions Options(int length, int? topK) =>
        new() { MaxNewTokens = length, TopK = topK, Seed = 3, StopAtEndOfText = false };

    private IReadOnlyList<int> Alone(IReadOnlyList<int> prompt, GenerationOptions options)
    {
        var text = new RollingText(prompt, options);
        using var batch = new RollingBatch(_model);
        batch.Join(text);
        Steps(batch, options.MaxNewTokens);
        return text.Generated;
    }

    private static void Steps(RollingBatch batch, int count)
    {
        for (var step = 0; step < count; step++)
            batch.Step();
    }
}
