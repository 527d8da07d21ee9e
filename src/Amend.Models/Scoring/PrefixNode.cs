namespace Amend.Models.Scoring;

/// <summary>A token of a <see cref="PrefixTree"/>.</summary>
/// <param name="Id">The token's id.</param>
/// <param name="Depth">The number of tokens before it, which is its position.</param>
/// <param name="Parent">The node of the token before it, or <see cref="Root"/>.</param>
internal readonly record struct PrefixNode(int Id, int Depth, int Parent)
{
    /// <summary>The parent of a first token.</summary>
    public const int Root = -1;
}
