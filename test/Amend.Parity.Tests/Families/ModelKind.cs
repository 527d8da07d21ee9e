namespace Amend.Parity.Tests.Families;

/// <summary>What a golden case's model is.</summary>
public enum ModelKind
{
    CausalDecoder,

    /// <summary>A classifier or a masked language model.</summary>
    Encoder,

    EncoderDecoder,
}
