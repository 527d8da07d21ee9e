namespace Amend.Models.Weights;

/// <summary>
/// Tensors that checkpoints hold beside a model's parameters and that no family asks for: constants that are computed anew,
/// copies of tied weights, and heads that the model as asked for does not have.
/// </summary>
internal static class PassedOver
{
    /// <summary>Ends of their names, each with what it is.</summary>
    private static readonly (string End, string What)[] Ends =
    [
        (".attn.bias", "causal mask"),
        (".attn.masked_bias", "the mask's value"),
        (".attention.bias", "causal mask"),
        (".attention.masked_bias", "the mask's value"),
        (".attn.attention.bias", "causal mask"),
        (".attn.attention.masked_bias", "the mask's value"),
        (".inv_freq", "rotary frequencies"),
        (".position_ids", "positions in order"),
        (".embed_positions.weights", "sinusoids"),
        ("cls.predictions.decoder.bias", "a copy of the head's bias"),
        ("lm_head.decoder.bias", "a copy of the head's bias"),
        (".EncDecAttention.relative_attention_bias.weight", "a bias that no pass reads"),
        ("cls.seq_relationship.weight", "the head of another task"),
        ("cls.seq_relationship.bias", "the head of another task"),
        (".pooler.dense.weight", "the head of another task"),
        (".pooler.dense.bias", "the head of another task"),
    ];

    /// <summary>Ends of the names of the token embedding's copies, where the model ties them.</summary>
    private static readonly string[] TiedCopies =
    [
        ".embed_tokens.weight",
        "lm_head.weight",
        "embed_out.weight",
        "lm_head.decoder.weight",
        "cls.predictions.decoder.weight",
        "vocab_projector.weight",
    ];

    /// <summary>The parts of a model that a tied head belongs to, though no tensor of them is read.</summary>
    public static IEnumerable<string> TiedParts => TiedCopies.Select(name => name.Split('.')[0]).Where(part => part.Length > 0);

    /// <summary>Whether a tensor that the family did not ask for is the token embedding once more.</summary>
    public static bool IsTiedCopy(string name) => Array.Exists(TiedCopies, end => name.EndsWith(end, StringComparison.Ordinal));

    /// <summary>Whether a tensor that the family did not ask for can be left where it is.</summary>
    public static bool Contains(string name) => Array.Exists(Ends, end => name.EndsWith(end.End, StringComparison.Ordinal));
}
