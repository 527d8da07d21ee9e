using Amend.Models.Passes;
using Amend.Models.Shapes;
using static TorchSharp.torch;

namespace Amend.Models.Tests.Passes;

[NoTensorLeaks]
public sealed class KeyValueCacheTests
{
    /// <summary>float32 sums of the same products in another order.</summary>
    private const double Tolerance = 2e-5;

    private static readonly int[] Ids = [5, 40, 1, 33, 7, 62, 20];

    [Fact]
    public void A_growing_cache_gives_past_and_present_in_order()
    {
        using var scope = NewDisposeScope();
        using var cache = new KeyValueCache();

        cache.Extend(0, Full(1, 2, 3, 4, 1f), Full(1, 2, 3, 4, 10f));
        var (keys, values) = cache.Extend(0, Full(1, 2, 1, 4, 2f), Full(1, 2, 1, 4, 20f));

        Assert.Equal(4, cache.Length);
        Assert.Equal([1, 1, 1, 2], keys[0, 1, TensorIndex.Colon, 3].data<float>().ToArray());
        Assert.Equal([10, 10, 10, 20], values[0, 0, TensorIndex.Colon, 0].data<float>().ToArray());
    }

    [Fact]
    public void Layers_do_not_mix()
    {
        using var scope = NewDisposeScope();
        using var cache = new KeyValueCache();

        cache.Extend(0, ones(1, 1, 2, 4), ones(1, 1, 2, 4));
        var (keys, _) = cache.Extend(1, zeros(1, 1, 2, 4), zeros(1, 1, 2, 4));

        Assert.Equal([1, 1, 2, 4], keys.shape);
        Assert.Equal(0, keys.max().item<float>());
    }

    [Fact]
    public void What_the_cache_holds_outlives_the_scopes_of_the_passes()
    {
        using var scope = NewDisposeScope();
        using var cache = new KeyValueCache();
        for (var pass = 0; pass < 3; pass++)
        {
            using var inner = NewDisposeScope();
            cache.Extend(0, ones(1, 1, 1, 2), ones(1, 1, 1, 2));
        }

        Assert.Equal(3, cache.Extend(0, empty(1, 1, 0, 2), empty(1, 1, 0, 2)).Keys.sum().item<float>() / 2);
    }

    [Fact]
    public void Caches_are_joined_with_the_shorter_padded_in_front_and_cut_again()
    {
        using var scope = NewDisposeScope();
        using var longer = new KeyValueCache();
        using var shorter = new KeyValueCache();
        var adaptor = new object();
        longer.Extend(0, Full(2, 2, 3, 4, 1f), Full(2, 2, 3, 4, 10f));
        shorter.Extend(0, Full(1, 2, 1, 4, 2f), Full(1, 2, 1, 4, 20f));
        longer.Note(adaptor, tensor([5L, 6L]));
        shorter.Note(adaptor, tensor([7L]));

        using var joined = KeyValueCache.Join(longer, shorter);
        using var last = joined.Select(tensor([2L]), first: 2);
        var (keys, _) = joined.Extend(0, Full(3, 2, 1, 4, 3f), Full(3, 2, 1, 4, 30f));
        var (cut, values) = last.Extend(0, Full(1, 2, 1, 4, 3f), Full(1, 2, 1, 4, 30f));

        Assert.Equal([1, 1, 1, 3], keys[1, 1, TensorIndex.Colon, 3].data<float>().ToArray());
        Assert.Equal([0, 0, 2, 3], keys[2, 1, TensorIndex.Colon, 3].data<float>().ToArray());
        Assert.Equal([2, 3], cut[0, 0, TensorIndex.Colon, 0].data<float>().ToArray());
        Assert.Equal([20, 30], values[0, 1, TensorIndex.Colon, 0].data<float>().ToArray());
        Assert.Equal([5, 6, 7], joined.NoteOf(adaptor)!.data<long>().ToArray());
        Assert.Equal([7], last.NoteOf(adaptor)!.data<long>().ToArray());
        using var unnoted = new KeyValueCache();
        Assert.Throws<ArgumentException>(() => KeyValueCache.Join(joined, unnoted));
    }

    [Fact]
    public void A_frozen_cache_keeps_what_it_holds()
    {
        using var scope = NewDisposeScope();
        using var cache = new KeyValueCache();
        cache.Extend(0, ones(1, 1, 2, 4), ones(1, 1, 2, 4));
        cache.Freeze();

        var (first, _) = cache.Extend(0, zeros(1, 1, 3, 4), zeros(1, 1, 3, 4));
        var (second, _) = cache.Extend(0, zeros(1, 1, 1, 4), zeros(1, 1, 1, 4));

        Assert.True(cache.Frozen);
        Assert.Equal(2, cache.Length);
        Assert.Equal(5, first.shape[2]);
        Assert.Equal(3, second.shape[2]);
    }

    [Fact]
    public void A_pass_in_parts_over_a_growing_cache_equals_one_pass()
    {
        using var scope = NewDisposeScope();
        using var model = TinyModels.Gpt2(seed: 2, layers: 3);
        using var inference = inference_mode();
        using var cache = new KeyValueCache();
        var whole = model.Logits(TokenBatch.Pad([Ids], 0));

        var parts = cat([Part(model, cache, 0, 4), Part(model, cache, 4, 6), Part(model, cache, 6, 7)], 1);

        TensorAssert.Close("logits", whole, parts, Tolerance);
    }

    [Fact]
    public void Two_passes_continue_the_same_frozen_past_without_seeing_each_other()
    {
        using var scope = NewDisposeScope();
        using var model = TinyModels.Gpt2(seed: 2, layers: 3);
        using var inference = inference_mode();
        using var cache = new KeyValueCache();
        Part(model, cache, 0, 4);
        cache.Freeze();
        var whole = model.Logits(TokenBatch.Pad([Ids], 0)).narrow(1, 4, 3);

        var first = Part(model, cache, 4, 7);
        var again = Part(model, cache, 4, 7);

        TensorAssert.Close("logits", whole, first, Tolerance);
        TensorAssert.Equal("logits again", first, again);
    }

    [Fact]
    public void A_selection_is_a_cache_of_its_sequences_alone()
    {
        using var scope = NewDisposeScope();
        using var cache = new KeyValueCache();
        var keys = arange(24, ScalarType.Float32).view(3, 1, 4, 2);
        cache.Extend(1, keys, -keys);
        cache.Freeze();

        using var selected = cache.Select(tensor([2L, 0]));
        var (found, values) = selected.Extend(1, Full(2, 1, 1, 2, 7), Full(2, 1, 1, 2, 7));

        Assert.True(selected.Frozen);
        Assert.Equal(4, selected.Length);
        TensorAssert.Equal("keys", keys.index_select(0, tensor([2L, 0])), found.narrow(2, 0, 4));
        TensorAssert.Equal("values", -keys.index_select(0, tensor([2L, 0])), values.narrow(2, 0, 4));
    }

    [Fact]
    public void What_an_adaptor_noted_of_each_row_is_selected_with_the_rows_and_belongs_to_the_cache()
    {
        using var scope = NewDisposeScope();
        using var cache = new KeyValueCache();
        var (adaptor, noted) = (new object(), tensor([3L, 5, 7]));
        Assert.Null(cache.NoteOf(adaptor));
        cache.Note(adaptor, zeros_like(noted));
        cache.Note(adaptor, noted);

        using var selected = cache.Select(tensor([2L, 0]));

        TensorAssert.Equal("noted", noted, cache.NoteOf(adaptor)!);
        TensorAssert.Equal("selected", tensor([7L, 3]), selected.NoteOf(adaptor)!);
        cache.Freeze().Note(adaptor, zeros_like(noted));
        TensorAssert.Equal("frozen", noted, cache.NoteOf(adaptor)!);
    }

    private static Tensor Part(LanguageModel model, KeyValueCache cache, int from, int to)
    {
        var batch = TokenBatch.Pad([Ids[..to]], 0);
        var attention = AttentionScope.Causal(batch.Mask, to - from, cache);
        var present = batch.Ids.narrow(1, from, to - from);
        return model.Decoder.Unembed(model.Decoder.Blocks(model.Decoder.Embed(present, attention.Positions), attention));
    }

    private static Tensor Full(long batch, long heads, long tokens, long width, float value) => full([batch, heads, tokens, width], value);
}
