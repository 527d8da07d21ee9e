using Amend.Models.Taps;

namespace Amend.Tracing.Runs;

/// <summary>
/// The restored runs of one token, a run for each layer, as a tree: runs that restore the same up to a layer are one run up to
/// there, and a run that has restored nothing yet is the corrupted run itself. A sweep computes each node once.
/// </summary>
internal sealed class RunTree
{
    /// <summary>The corrupted run, as a node's parent or as a run's leaf.</summary>
    public const int Corrupted = -1;

    private readonly List<List<RunNode>> _levels = [];

    /// <summary>Grows the tree of a kind's runs.</summary>
    public RunTree(TraceKind kind, Window window, bool freezeAll)
    {
        var runs = Enumerable.Range(0, window.Layers).Select(layer => kind.Run(layer, window, freezeAll)).ToArray();
        Leaves = new int[window.Layers];
        Array.Fill(Leaves, Corrupted);
        for (var layer = 0; layer < window.Layers; layer++)
        {
            var level = new List<RunNode>();
            for (var run = 0; run < window.Layers; run++)
                Leaves[run] = Place(level, new RunNode(Leaves[run], runs[run][layer]));
            _levels.Add(level);
        }
    }

    /// <summary>For each layer that a run stands for, its node after the last layer.</summary>
    public int[] Leaves { get; }

    /// <summary>The most nodes of a layer.</summary>
    public int Width => _levels.Max(level => level.Count);

    /// <summary>The nodes after a layer; their parents are nodes after the layer before.</summary>
    public IReadOnlyList<RunNode> After(int layer) => _levels[layer];

    private static int Place(List<RunNode> level, RunNode node)
    {
        if (node is { Parent: Corrupted, Restoration: null })
            return Corrupted;
        var known = level.IndexOf(node);
        if (known >= 0)
            return known;
        level.Add(node);
        return level.Count - 1;
    }
}

/// <summary>A state of restored runs after a layer.</summary>
/// <param name="Parent">The node before the layer, or <see cref="RunTree.Corrupted"/>.</param>
/// <param name="Restoration">What the layer restores; null for nothing.</param>
internal readonly record struct RunNode(int Parent, Restoration? Restoration);

/// <summary>One change of a restored run: at a site of one layer, the traced token gets the value of another run.</summary>
/// <param name="Site">The place in the block.</param>
/// <param name="IsClean">Whether the value is the clean run's; otherwise it is the corrupted run's.</param>
internal readonly record struct Restoration(SiteKind Site, bool IsClean)
{
    /// <summary>The block's output is the clean run's.</summary>
    public static Restoration CleanState { get; } = new(SiteKind.BlockOut, true);
}
