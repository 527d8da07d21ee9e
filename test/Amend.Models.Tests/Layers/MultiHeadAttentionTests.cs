using Amend.Models.Layers;
using Amend.Models.Passes;
using static TorchSharp.torch;

namespace Amend.Models.Tests.Layers;

[NoTensorLeaks]
public sealed class MultiHeadAttentionTests
{
    /// <summary>float32 sums of the same products in another order.</summary>
    private const double Tolerance = 2e-5;

    private static readonly AttentionForm[] AllForms =
    [
        AttentionForm.Plain,
        new() { Window = 2 },
        new() { Scale = 0.7 },
        new() { SoftCap = 2, Window = 3 },
        new() { AlibiSlopes = [0.5f, 0.1f, 0.3f, 0.2f] },
    ];

    public static TheoryData<int> Forms => [.. Enumerable.Range(0, AllForms.Length)];

    [Theory]
    [MemberData(nameof(Forms))]
    public void It_is_the_softmax_of_the_scores_of_visible_keys(int index)
    {
        using var scope = NewDisposeScope();
        var form = AllForms[index];
        var (query, key, value) = Random(tokens: 5);

        var attended = MultiHeadAttention.Attend(0, query, key, value, Pass(5), form);

        for (var token = 0; token < 5; token++)
        {
            var from = Math.Max(0, token + 1 - (form.Window ?? 5));
            for (var head = 0; head < 4; head++)
            {
                var (keys, values) = (key[0, head / 2].narrow(0, from, token + 1 - from), value[0, head / 2].narrow(0, from, token + 1 - from));
                var scores = keys.matmul(query[0, head, token]) * (form.Scale ?? 1 / Math.Sqrt(8));
                scores = form.SoftCap is { } cap ? cap * (scores / cap).tanh() : scores;
                if (form.AlibiSlopes is { } slopes)
                    scores -= arange(token, from - 1, -1) * slopes[head];
                TensorAssert.Close($"token {token}, head {head}", nn.functional.softmax(scores, 0).matmul(values), attended[0, head, token], Tolerance);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void A_pass_in_parts_over_a_cache_gives_what_one_pass_gives(int index)
    {
        using var scope = NewDisposeScope();
        using var cache = new KeyValueCache();
        var form = AllForms[index];
        var (query, key, value) = Random(tokens: 6);
        var whole = MultiHeadAttention.Attend(0, query, key, value, Pass(6), form);

        Tensor Part(int from, int to)
        {
            Tensor Cut(Tensor all) => all.narrow(2, from, to - from);
            var attention = AttentionScope.Causal(ones(1, to, dtype: ScalarType.Bool), to - from, cache);
            return MultiHeadAttention.Attend(0, Cut(query), Cut(key), Cut(value), attention, form);
        }

        TensorAssert.Close("attended", whole, cat([Part(0, 4), Part(4, 5), Part(5, 6)], 2), Tolerance);
    }

    [Fact]
    public void Windows_over_a_given_past_need_the_positions_of_its_keys()
    {
        using var scope = NewDisposeScope();
        using var cache = new KeyValueCache();
        var mask = ones(1, 1, 1, 3, dtype: ScalarType.Bool);
        var position = full(1, 1, 2, dtype: ScalarType.Int64);

        var without = AttentionScope.Given(position, mask, cache);
        var with = AttentionScope.Given(position, mask, cache, arange(3, dtype: ScalarType.Int64).unsqueeze(0));

        Assert.Throws<InvalidOperationException>(() => without.Mask(0, window: 2));
        Assert.Same(mask, without.Mask(0));
        Assert.Equal([false, true, true], with.Mask(0, window: 2)!.flatten().data<bool>().ToArray());
    }

    private static AttentionScope Pass(int tokens) => AttentionScope.Causal(ones(1, tokens, dtype: ScalarType.Bool), tokens);

    /// <summary>Four query heads over two key and value heads.</summary>
    private static (Tensor Query, Tensor Key, Tensor Value) Random(int tokens)
    {
        using var generator = new Generator(11, CPU);
        Tensor Heads(long heads) => randn([1, heads, tokens, 8], generator: generator);
        return (Heads(4), Heads(2), Heads(2));
    }
}
