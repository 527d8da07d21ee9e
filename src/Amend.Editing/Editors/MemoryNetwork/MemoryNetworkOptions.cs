using Amend.Editing.Adaptors;
using Amend.Editing.Workbench;

namespace Amend.Editing.Editors.MemoryNetwork;

/// <summary>
/// Settings of the memory network; names and defaults are those of Thartvigsen/GRACE's <c>config/editor/memory.yaml</c> where it has them.
/// </summary>
public sealed record MemoryNetworkOptions : AdaptorOptions
{
    /// <summary>Adam's rate; 0.1 by default.</summary>
    public override double EditLr { get; init; } = 0.1;

    /// <summary>The number of values; 100 by default.</summary>
    public int Keys { get; init; } = 100;

    /// <inheritdoc/>
    internal override void Check(OptionProblems problems, int layers)
    {
        base.Check(problems, layers);
        problems.Count("keys", Keys);
    }
}
