using Amend.Editing.HyperNetworks.Files;
using Amend.Editing.Statistics;

namespace Amend.Editing.Workbench;

/// <summary>How the changes of an edit were found.</summary>
/// <param name="Layers">The edited layers, in ascending order.</param>
internal sealed record Solution(IReadOnlyList<int> Layers)
{
    /// <summary>The optimisation, step by step; empty for methods without one.</summary>
    public IReadOnlyList<LossStep> Losses { get; init; } = [];

    /// <summary>Whether it reached its threshold; true for methods without one.</summary>
    public bool Converged { get; init; } = true;

    /// <summary>The second moments that were used.</summary>
    public IReadOnlyList<StatisticsNote> Statistics { get; init; } = [];

    /// <summary>The trained network that found them, for methods that have one.</summary>
    public NetworkNote? Network { get; init; }

    /// <summary>What the changes are divided by, k·u / ‖k‖, for methods that have it.</summary>
    public double? Denominator { get; init; }
}
