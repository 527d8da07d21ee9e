namespace Amend.Models.Scoring;

/// <summary>The distinct prefixes of sequences of tokens: a node is one token after all those on its path from the root.</summary>
internal sealed class PrefixTree
{
    private readonly Dictionary<(int Parent, int Id, int Prompt), int> _nodes = [];
    private readonly List<PrefixNode> _order = [];

    /// <summary>The nodes, each behind its parent.</summary>
    public IReadOnlyList<PrefixNode> Nodes => _order;

    /// <summary>Adds a sequence; what it shares with earlier ones is there already.</summary>
    /// <param name="ids">Token ids, T.</param>
    /// <param name="prompt">A number of its prompt: sequences of different prompts share nothing.</param>
    /// <returns>The node of each token, T.</returns>
    public IReadOnlyList<int> Add(IReadOnlyList<int> ids, int prompt = 0)
    {
        var path = new int[ids.Count];
        var parent = PrefixNode.Root;
        for (var depth = 0; depth < ids.Count; depth++)
        {
            if (!_nodes.TryGetValue((parent, ids[depth], prompt), out var node))
            {
                node = _nodes[(parent, ids[depth], prompt)] = _order.Count;
                _order.Add(new PrefixNode(ids[depth], depth, parent));
            }

            path[depth] = parent = node;
        }

        return path;
    }
}

/// <summary>A token of a <see cref="PrefixTree"/>.</summary>
/// <param name="Id">The token's id.</param>
/// <param name="Depth">The number of tokens before it, which is its position.</param>
/// <param name="Parent">The node of the token before it, or <see cref="Root"/>.</param>
internal readonly record struct PrefixNode(int Id, int Depth, int Parent)
{
    /// <summary>The parent of a first token.</summary>
    public const int Root = -1;
}
