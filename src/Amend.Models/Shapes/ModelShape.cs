namespace Amend.Models.Shapes;

/// <summary>The sizes of a stack of blocks that editors and tools need, whatever its family.</summary>
/// <param name="Layers">Number of transformer blocks, L.</param>
/// <param name="Width">Width of the residual stream, D.</param>
/// <param name="MlpWidth">Width of the MLP's inner layer, F: the width of ROME's keys.</param>
/// <param name="Heads">Number of attention heads, H.</param>
/// <param name="Vocabulary">Number of token ids, V.</param>
/// <param name="ContextLength">The most tokens in one sequence.</param>
public sealed record ModelShape(int Layers, int Width, int MlpWidth, int Heads, int Vocabulary, int ContextLength)
{
    /// <summary>
    /// The most tokens of a sequence whose computed prefix serves longer ones, too: what is kept of a prefix, or shared by several
    /// texts, holds up to here. The whole context but for rotary positions that depend on the length.
    /// </summary>
    internal int SharedLength { get; init; } = ContextLength;
}
