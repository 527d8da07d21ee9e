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

    private PrefixBatch(PrefixTree[] rows, IReadOnlyList<IReadOnlyList<int>> places, IReadOnlyList<int> promptEnds)
    {
        _rows = rows;
        Places = places;
        PromptEnds = promptEnds;
    }

    /// <summary>The place of each sequence's tokens, in their order, in the <c>[B*T]</c> tokens of the batch.</summary>
    public IReadOnlyList<IReadOnlyList<int>> Places { get; }

    /// <summary>The place of the last token of each sequence's prompt.</summary>
    public IReadOnlyList<int> PromptEnds { get; }

    /// <summary>The number of rows, B.</summary>
    public int Rows => _rows.Length;

    /// <summary>The length of a row, T.</summary>
    public int Width => WidthOf(_rows);

    /// <summary>Lays sequences out; a group's share one row, and groups side by side share what they begin with.</summary>
    /// <param name="groups">Groups of sequences, each of the targets of one prompt; at least one sequence, none empty.</param>
    /// <param name="promptsApart">Whether prompts share nothing, as adaptors need that change a prompt by how it ends.</param>
    public static PrefixBatch Pack(IReadOnlyList<IReadOnlyList<TargetSequence>> groups, bool promptsApart = false)
    {
        var whole = new PrefixTree();
        var longest = 0;
        var prompts = new Dictionary<(int Group, int Tokens), int>();
        foreach (var (group, sequences) in groups.Index())
        {
            foreach (var sequence in sequences)
                longest = Math.Max(longest, whole.Add(sequence.Ids, PromptOf(group, sequence)).Count);
        }

        var count = Math.Max(1, whole.Nodes.Count / Math.Max(RowTokens, longest));
        var share = whole.Nodes.Count / count;
        var (rows, nodes, filled) = (new List<PrefixTree> { new() }, new List<(int Row, IReadOnlyList<int> Path)>(), 0);
        foreach (var (group, sequences) in groups.Index())
        {
            if (rows.Count < count && filled + rows[^1].Nodes.Count >= share * rows.Count)
            {
                filled += rows[^1].Nodes.Count;
                rows.Add(new PrefixTree());
            }

            nodes.AddRange(sequences.Select(sequence => (rows.Count - 1, rows[^1].Add(sequence.Ids, PromptOf(group, sequence)))));
        }

        var width = WidthOf(rows);
        IReadOnlyList<int>[] places = [.. nodes.Select(of => (IReadOnlyList<int>)[.. of.Path.Select(node => (of.Row * width) + node)])];
        int[] ends = [.. groups.SelectMany(group => group).Zip(places, (sequence, at) => at[sequence.TargetStart - 1])];
        return new PrefixBatch([.. rows], places, ends);

        // One number for all where prompts share what they begin with; otherwise one a prompt and border to its target.
        int PromptOf(int group, TargetSequence sequence)
        {
            if (!promptsApart)
                return 0;
            var key = (group, sequence.TargetStart);
            prompts.TryAdd(key, prompts.Count);
            return prompts[key];
        }
    }

    /// <summary>The residual stream after the last block at each token of the batch.</summary>
    /// <returns><c>[B*T,D]</c>, in the caller's dispose scope; values at padding are meaningless.</returns>
    public Tensor Hidden(LanguageModel model)
    {
        using var scope = NewDisposeScope();
        var (ids, positions, mask) = Layout();
        var positions_BT = tensor(positions, Rows, Width, device: model.Device);
        var ends = new bool[ids.Length];
        foreach (var place in PromptEnds)
            ends[place] = true;
        var attention = AttentionScope.Given(positions_BT, tensor(mask, [Rows, 1, Width, Width], device: model.Device), null)
            .EndingAt(tensor(ends, Rows, Width, device: model.Device));
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
