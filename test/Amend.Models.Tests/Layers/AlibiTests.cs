using Amend.Models.Layers;
using Amend.Models.Passes;
using static TorchSharp.torch;

namespace Amend.Models.Tests.Layers;

[NoTensorLeaks]
public sealed class AlibiTests
{
    [Fact]
    public void Eight_heads_halve_from_one_to_the_next() =>
        Assert.Equal([0.5f, 0.25f, 0.125f, 0.0625f, 0.03125f, 0.015625f, 0.0078125f, 0.00390625f], Alibi.Slopes(8));

    [Fact]
    public void Heads_beyond_a_power_of_two_take_every_second_slope_of_the_next()
    {
        var slopes = Alibi.Slopes(6);

        Assert.Equal([.. Alibi.Slopes(4), Alibi.Slopes(8)[0], Alibi.Slopes(8)[2]], slopes);
    }

    [Fact]
    public void A_score_falls_with_the_distance_of_real_tokens_and_padding_is_out()
    {
        using var scope = NewDisposeScope();
        var mask = tensor(new[,] { { false, true, true } });
        var attention = AttentionScope.Causal(mask, 3);

        var bias = Alibi.Bias(new AttentionForm { AlibiSlopes = [0.5f] }, 1, attention, attention.Visible(0));

        Assert.Equal([1, 1, 3, 3], bias.shape);
        Assert.Equal([float.NegativeInfinity, -0.5f, 0f], bias[0, 0, 2].data<float>().ToArray());
    }
}
