using Amend.Models.Weights;

namespace Amend.Models.Decoders;

/// <summary>The names of a family's parameters outside its blocks, and what its blocks' begin with.</summary>
/// <param name="Prefix">What all names but the head's begin with, such as <c>model.</c>; some files leave it out.</param>
/// <param name="Blocks">The list of blocks, such as <c>layers</c>.</param>
/// <param name="Tokens">The token embedding.</param>
/// <param name="FinalNorm">The final norm.</param>
internal sealed record DecoderNames(string Prefix, string Blocks, string Tokens, string FinalNorm)
{
    /// <summary>Llama's, which most families have.</summary>
    public static DecoderNames Llama { get; } = new("model.", "layers", "embed_tokens", "norm");

    /// <summary>The position embedding; null where there is none.</summary>
    public string? Positions { get; init; }

    /// <summary>The norm behind the embedding; null where there is none.</summary>
    public string? EmbeddingNorm { get; init; }

    /// <summary>The head, where it is not the token embedding; its full name.</summary>
    public string Head { get; init; } = "lm_head";

    /// <inheritdoc cref="CheckpointForm.OtherNames"/>
    public IReadOnlyList<(string Now, string Other)> OtherNames { get; init; } = [];

    /// <inheritdoc cref="CheckpointForm.PassedOver"/>
    public IReadOnlyList<string> PassedOver { get; init; } = [".inv_freq"];

    /// <inheritdoc cref="CheckpointForm.OtherParts"/>
    public IReadOnlyList<string> OtherParts { get; init; } = [];

    /// <summary>What else the family's files hold.</summary>
    public CheckpointForm Form => new(Prefix)
    {
        OtherNames = OtherNames,
        PassedOver = PassedOver,
        OtherParts = OtherParts,
        Copies = [($"{Head}.weight", $"{Of(Tokens)}.weight")],
    };

    /// <summary>A full name outside the blocks.</summary>
    public string Of(string name) => Prefix + name;

    /// <summary>What the names of a block's parameters begin with.</summary>
    public string Block(int layer) => $"{Prefix}{Blocks}.{layer}.";
}
