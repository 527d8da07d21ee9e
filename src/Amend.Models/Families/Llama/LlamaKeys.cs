using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Decoders;
using Amend.Models.Layers;

namespace Amend.Models.Families.Llama;

/// <summary>What the files of a family with Llama's keys call things, and what holds where they say nothing.</summary>
internal sealed record LlamaKeys
{
    private const string ShareKey = "partial_rotary_factor";

    /// <summary>The kind of its norms; root mean square by default.</summary>
    public NormKind Norm { get; init; } = NormKind.Rms;

    /// <summary>The key of their epsilon; rms_norm_eps by default, null where no key says it.</summary>
    public string? EpsilonKey { get; init; } = "rms_norm_eps";

    /// <summary>Their epsilon; 1e-6 by default.</summary>
    public double Epsilon { get; init; } = LlamaPlan.DefaultEpsilon;

    /// <summary>The activation; silu by default.</summary>
    public string Activation { get; init; } = LlamaPlan.DefaultActivation;

    /// <summary>The width of a head; hidden_size / num_attention_heads when null, the default.</summary>
    public int? HeadWidth { get; init; }

    /// <summary>The base of rotary positions; 10,000 by default.</summary>
    public double Theta { get; init; } = RotarySettings.DefaultTheta;

    /// <summary>The share of a head that is turned; 1, the default, is all of it.</summary>
    public double Share { get; init; } = 1;

    /// <summary>Which two values of a head are turned together; halves by default.</summary>
    public RotaryLayout Layout { get; init; } = RotaryLayout.Halves;

    /// <summary>Whether the head is the token embedding; false by default.</summary>
    public bool IsTied { get; init; }

    /// <summary>The rotary positions of heads, from the settings of all layers alike or from those given.</summary>
    /// <param name="config">The root of <c>config.json</c>.</param>
    /// <param name="headWidth">The width of a head.</param>
    /// <exception cref="ModelFormatException">A key is mistyped, or the scaling is unknown.</exception>
    public Rotary ReadRotary(JsonElement config, int headWidth)
    {
        var settings = RotarySettings.OfLayers(config, SlidingWindows.Full, Theta) ?? RotarySettings.Of(config, theta: Theta);
        var share = settings.Scaling?.NumberOrNone(ShareKey, null) ?? config.NumberOr(ShareKey, Share);
        var turned = (int)(headWidth * share);
        return RotaryReader.Read(settings, turned) with { Layout = Layout };
    }
}
