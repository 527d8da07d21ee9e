namespace Amend.Models.Taps;

/// <summary>A stack of transformer blocks. Causal decoders have the one, encoders the other, encoder-decoders both.</summary>
public enum Stack
{
    /// <summary>The blocks that see earlier tokens only; the default of a <see cref="Site"/>.</summary>
    Decoder,

    /// <summary>The blocks that see all tokens.</summary>
    Encoder,
}
