namespace Amend.Models.Layers;

/// <summary>What an encoder of BERT's kind, or BART, begins with: tokens, learned positions and segments, and a norm over their sum.</summary>
/// <param name="Tokens">The tokens' vectors, <c>[V,D]</c>.</param>
/// <param name="Positions">The positions' vectors; position p is in row p + <paramref name="PositionOffset"/>.</param>
/// <param name="PositionOffset">The row of the first position: 0 in BERT, 2 in BART, the padding id + 1 in RoBERTa.</param>
/// <param name="Norm">The norm of the sum.</param>
public sealed record InputEmbedding(Embedding Tokens, Embedding Positions, int PositionOffset, LayerNorm Norm)
{
    /// <summary>The segments' vectors; none when null.</summary>
    public Embedding? TokenTypes { get; init; }

    /// <summary>What tokens are multiplied with before positions are added; 1 by default.</summary>
    public double Scale { get; init; } = 1;
}
