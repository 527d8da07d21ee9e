using Amend.Models.Passes;
using static TorchSharp.torch;

namespace Amend.Models.Scoring;

/// <summary>
/// Sequences laid out for one pass in which each distinct prefix is computed once: a row holds the nodes of a prefix tree, a
/// token's position is its depth, and it attends to its own path alone, so that its keys and values serve all that continue it
/// (tree attention: Miao et al. 2024, SpecInfer, section 4.2).
/// </summary>
internal sealed class PrefixBatch
{
    /// <summary>
    /// Fewest tokens of a row where there are several. A row's attention is quadratic and mostly masked, which costs little
    /// beside the rest of a block at this length.
    /// </summary>
    private const int RowTokens = 128;

    private readonly PrefixTree[] _rows;

    private PrefixBatch(PrefixTree[] rows, IReadOnlyList<IReadOnlyList<int>> places)
    {
        _rows = rows;
        Places = places;
    }

    /// <summary>The place of each sequence's tokens, in their order, in the <c>[B*T]</c> tokens of the batch.</summary>
    public IReadOnlyList<IReadOnlyList<int>> Places { get; }

    /// <summary>The number of rows, B.</summary>
    public int Rows => _rows.Length;

    /// <summary>The length of a row, T.</summary>
    public int Width => WidthOf(_rows);

    /// <summary>Lays sequences out; a group's share one row, and groups side by side share what they begin with.</summary>
    /// <param name="groups">Groups of token sequences; at least one sequence, none empty.</param>
    public static PrefixBatch Pack(IReadOnlyList<IReadOnlyList<IReadOnlyList<int>>> groups)
    {
        var whole = new PrefixTree();
        var longest = 0;
        foreach (var ids in groups.SelectMany(group => group))
            longest = Math.Max(longest, whole.Add(ids).Count);
        var count = Math.Max(1, whole.Nodes.Count / Math.Max(RowTokens, longest));
        var share = whole.Nodes.Count / count;
        var (rows, nodes, filled) = (new List<PrefixTree> { new() }, new List<(int Row, IReadOnlyList<int> Path)>(), 0);
        foreach (var group in groups)
        {
            if (rows.Count < count && filled + rows[^1].Nodes.Count >= share * rows.Count)
            {
                filled += rows[^1].Nodes.Count;
                rows.Add(new PrefixTree());
            }

            nodes.AddRange(group.Select(ids => (rows.Count - 1, rows[^1].Add(ids))));
        }

        var width = WidthOf(rows);
        return new PrefixBatch([.. rows], [.. nodes.Select(of => (IReadOnlyList<int>)[.. of.Path.Select(node => (of.Row * width) + node)])]);
    }

    /// <summary>The residual stream after the last block at each token of the batch.</summary>
    /// <returns><c>[B*T,D]</c>, in the caller's dispose scope; values at padding are meaningless.</returns>
    public Tensor Hidden(LanguageModel model)
    {
        using var scope = NewDisposeScope();
        var (ids, positions, mask) = Layout();
        var positions_BT = tensor(positions, Rows, Width, device: model.Device);
        var attention = AttentionScope.Given(positions_BT, tensor(mask, [Rows, 1, Width, Width], device: model.Device), null);
        var decoder = model.RequireDecoder("The scoring of targets");
        var embedded_BTD = decoder.Embed(tensor(ids, Rows, Width, device: model.Device), positions_BT);
        return decoder.Blocks(embedded_BTD, attention).flatten(0, 1).MoveToOuterDisposeScope();
    }

    /// <summary>Token ids and positions, B*T, and who sees whom, B*T*T; padding has id and position 0 and sees itself.</summary>
    internal (long[] Ids, long[] Positions, bool[] Mask) Layout()
    {
        var width = Width;
        var (ids, positions, mask) = (new long[Rows * width], new long[Rows * width], new bool[Rows * width * width]);
        for (var at = 0; at < ids.Length; at++)
        {
            var (row, place) = Math.DivRem(at, width);
            if (place < _rows[row].Nodes.Count)
            {
                var node = _rows[row].Nodes[place];
                (ids[at], positions[at]) = (node.Id, node.Depth);
                if (node.Parent != PrefixNode.Root)
                    Array.Copy(mask, ((row * width) + node.Parent) * width, mask, at * width, width);
            }

            mask[(at * width) + place] = true;
        }

        return (ids, positions, mask);
    }

    private static int WidthOf(IEnumerable<PrefixTree> rows) => rows.Max(row => row.Nodes.Count);
}
