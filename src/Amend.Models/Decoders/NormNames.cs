namespace Amend.Models.Decoders;

/// <summary>Where norms stand in a block, by their names; null where none stands.</summary>
/// <param name="BeforeAttention">What the attention's input goes through.</param>
/// <param name="BeforeMlp">What the MLP's input goes through; where attention and MLP stand side by side, null for the attention's.</param>
/// <param name="BehindAttention">What the attention's output goes through before it is added to the stream.</param>
/// <param name="BehindMlp">What the MLP's output goes through before it is added to the stream.</param>
internal sealed record NormNames(string? BeforeAttention, string? BeforeMlp, string? BehindAttention = null, string? BehindMlp = null)
{
    /// <summary>Before attention and MLP, as in Llama.</summary>
    public static NormNames Before { get; } = new("input_layernorm", "post_attention_layernorm");

    /// <summary>One, for attention and MLP both.</summary>
    public static NormNames One { get; } = new("input_layernorm", null);

    /// <summary>Behind attention and MLP only, as in OLMo 2.</summary>
    public static NormNames Behind { get; } = new(null, null, "post_attention_layernorm", "post_feedforward_layernorm");

    /// <summary>On both sides of attention and MLP, as in Gemma 2.</summary>
    public static NormNames Around { get; } =
        new("input_layernorm", "pre_feedforward_layernorm", "post_attention_layernorm", "post_feedforward_layernorm");
}
