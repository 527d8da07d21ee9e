using Amend.Models.Passes;
using Amend.Models.Shapes;
using static TorchSharp.torch;

namespace Amend.Models.Tests.Passes;

[NoTensorLeaks]
public sealed class AttentionScopeTests
{
    /// <summary>float32 sums of the same products in another order.</summary>
    private const double Tolerance = 2e-5;

    private static readonly int[][] Sequences = [[9, 2, 60], [31, 5, 8, 40, 22, 17], [44]];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_padded_batch_gives_what_each_sequence_gives_alone(bool left)
    {
        using var scope = NewDisposeScope();
        using var model = TinyModels.Gpt2(seed: 3);
        using var inference = inference_mode();
        var batch = TokenBatch.Pad(Sequences, padding: 13, left: left);

        var together = model.Logits(batch);

        for (var row = 0; row < Sequences.Length; row++)
        {
            var alone = model.Logits(TokenBatch.Pad([Sequences[row]], 0))[0];
            TensorAssert.Close($"row {row}", alone, together[row][batch.Mask[row]], Tolerance);
        }

        Assert.True(together.isfinite().all().item<bool>());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Within_a_reach_a_token_sees_the_tokens_on_both_sides_that_it_saw(bool left)
    {
        using var scope = NewDisposeScope();
        var batch = TokenBatch.Pad(Sequences, padding: 13, left: left);

        var seen = AttentionScope.Bidirectional(batch.Mask).Within(2, layer: 0).Visible(0);

        for (var row = 0; row < Sequences.Length; row++)
        {
            var length = Sequences[row].Length;
            var among = seen[row, 0][batch.Mask[row]].t()[batch.Mask[row]].t();
            var expected = Enumerable.Range(0, length * length).Select(at => Math.Abs((at / length) - (at % length)) <= 2);
            Assert.Equal(expected, among.contiguous().data<bool>().ToArray());
            Assert.False(seen[row, 0][batch.Mask[row]].t()[batch.Mask[row].logical_not()].any().item<bool>());
        }
    }

    [Fact]
    public void What_pads_a_batch_does_not_matter()
    {
        using var scope = NewDisposeScope();
        using var model = TinyModels.Gpt2(seed: 3);
        using var inference = inference_mode();

        var zeros = TokenBatch.Pad(Sequences, padding: 0);
        var others = TokenBatch.Pad(Sequences, padding: 50);

        TensorAssert.Equal("logits", model.Logits(zeros)[zeros.Mask], model.Logits(others)[others.Mask]);
    }

    [Fact]
    public void Positions_count_the_real_tokens()
    {
        using var scope = NewDisposeScope();
        var mask = tensor(new[,] { { false, false, true, true }, { true, true, true, false } });

        var attention = AttentionScope.Causal(mask, 4);

        Assert.Equal([0, 0, 0, 1, 0, 1, 2, 2], attention.Positions.data<long>().ToArray());
    }

    [Fact]
    public void The_present_tokens_of_a_continued_pass_have_the_last_positions()
    {
        using var scope = NewDisposeScope();
        using var cache = new KeyValueCache();

        var attention = AttentionScope.Causal(ones(1, 5, dtype: ScalarType.Bool), 2, cache);

        Assert.Equal([3, 4], attention.Positions.flatten().contiguous().data<long>().ToArray());
        Assert.Equal([1, 1, 2, 5], attention.Mask(0)!.shape);
        Assert.Equal([true, true, true, true, false, true, true, true, true, true], attention.Mask(0)!.flatten().contiguous().data<bool>().ToArray());
    }

    [Fact]
    public void Without_padding_or_cache_plain_causal_order_is_all()
    {
        using var scope = NewDisposeScope();
        var attention = AttentionScope.Causal(ones(2, 3, dtype: ScalarType.Bool), 3);

        Assert.Null(attention.Mask(0));
        Assert.Null(attention.Cache);
    }

    [Fact]
    public void A_padded_query_sees_itself_so_that_no_row_is_empty()
    {
        using var scope = NewDisposeScope();
        var mask = AttentionScope.Causal(tensor(new[,] { { false, true } }), 2).Mask(0)!;

        Assert.Equal([true, false, false, true], mask.flatten().contiguous().data<bool>().ToArray());
    }

    [Fact]
    public void A_mask_by_layer_is_asked_for_its_layer()
    {
        using var scope = NewDisposeScope();
        var masks = new[] { zeros(1, 1, 2, 2, dtype: ScalarType.Bool), ones(1, 1, 2, 2, dtype: ScalarType.Bool) };

        var attention = AttentionScope.ByLayer(arange(2, dtype: ScalarType.Int64), layer => masks[layer]);

        Assert.Same(masks[0], attention.Mask(0));
        Assert.Same(masks[1], attention.Mask(1));
    }

    [Fact]
    public void A_given_mask_restricts_what_a_token_sees()
    {
        using var scope = NewDisposeScope();
        using var model = TinyModels.Gpt2(seed: 3);
        using var inference = inference_mode();
        var ids = tensor(new long[,] { { 4, 9, 30 } });
        var onlyItself = eye(3, dtype: ScalarType.Bool).view(1, 1, 3, 3);
        var positions = zeros(1, 3, dtype: ScalarType.Int64);

        var attention = AttentionScope.Given(positions, onlyItself, cache: null);
        var hidden = model.Decoder.Blocks(model.Decoder.Embed(ids, attention.Positions), attention);

        var alone = model.Hidden(TokenBatch.Pad([[30]], 0));
        TensorAssert.Close("the last token", alone[0, 0], hidden[0, 2], Tolerance);
    }

    [Fact]
    public void First_and_last_tokens_are_real_ones_on_whatever_side_the_padding_is()
    {
        using var scope = NewDisposeScope();
        var mask = tensor(new[,] { { true, true, false }, { false, true, true }, { false, true, false } });

        var last = tensor(new[,] { { false, true, false }, { false, false, true }, { false, true, false } });
        var first = tensor(new[,] { { true, false, false }, { false, true, false }, { false, true, false } });
        TensorAssert.Equal("last", last, AttentionScope.LastTokens(mask));
        TensorAssert.Equal("first", first, AttentionScope.FirstTokens(mask));
    }

    [Fact]
    public void A_pass_that_is_told_where_prompts_end_is_the_same_pass_otherwise()
    {
        using var scope = NewDisposeScope();
        var mask = ones(1, 3, dtype: ScalarType.Bool);
        var plain = AttentionScope.Causal(mask, 3);

        var told = plain.EndingAt(AttentionScope.LastTokens(mask));

        Assert.Null(plain.PromptEnds);
        Assert.Equal([false, false, true], told.PromptEnds!.data<bool>().ToArray());
        Assert.Same(plain.Positions, told.Positions);
        Assert.Equal(plain.IsWhole, told.IsWhole);
    }
}
