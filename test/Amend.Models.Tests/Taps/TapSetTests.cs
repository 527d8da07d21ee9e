using Amend.Models.Taps;
using static TorchSharp.torch;

namespace Amend.Models.Tests.Taps;

[NoTensorLeaks]
public sealed class TapSetTests
{
    [Fact]
    public void A_tap_without_a_trace_returns_the_very_tensor()
    {
        using var value = ones(2);
        var taps = Taps();

        Assert.Same(value, taps.At(Site.MlpOut(0), value));
    }

    [Fact]
    public void A_tap_returns_the_very_tensor_again_after_the_last_trace_is_gone()
    {
        using var value = ones(2);
        var taps = Taps();
        var first = new Trace(taps).Capture(Site.MlpOut(0));
        var second = new Trace(taps).Replace(Site.MlpOut(0), _ => throw new InvalidOperationException("The trace is closed."));

        second.Dispose();
        Assert.Same(value, taps.At(Site.MlpOut(0), value));
        first.Dispose();

        Assert.Same(value, taps.At(Site.MlpOut(0), value));
    }

    [Fact]
    public void A_trace_of_another_site_leaves_the_value_alone()
    {
        using var value = ones(2);
        var taps = Taps();
        using var trace = new Trace(taps).Capture(Site.MlpOut(1), Site.MlpKey(0));

        Assert.Same(value, taps.At(Site.MlpOut(0), value));
    }

    private static TapSet Taps()
    {
        var taps = new TapSet();
        taps.Declare([Site.MlpOut(0), Site.MlpOut(1), Site.MlpKey(0)]);
        return taps;
    }
}
