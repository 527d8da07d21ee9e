using System.Text.Json.Nodes;
using Amend.Editing.PostProcessing;
using Amend.Editing.Statistics;

namespace Amend.Editing.Editors;

/// <summary>How the changes of an edit were found.</summary>
/// <param name="Settings">Every setting of the editor.</param>
/// <param name="Layer">The edited layer; the last one where several are.</param>
/// <param name="Seed">The seed of everything sampled.</param>
/// <param name="Templates">The context templates that were used.</param>
/// <param name="Losses">The optimisation, step by step.</param>
/// <param name="Converged">Whether it reached its threshold.</param>
internal sealed record EditMaking(
    JsonObject Settings, int Layer, int Seed, IReadOnlyList<string> Templates, IReadOnlyList<LossStep> Losses, bool Converged)
{
    /// <summary>What is done to the changes before they are applied: the setting <c>post</c>, which every weight editor has.</summary>
    public PostProcessors Post { get; } = PostProcessors.Parse((string?)Settings["post"] ?? "");

    /// <summary>The second moments that were used.</summary>
    public IReadOnlyList<StatisticsNote> Statistics { get; init; } = [];

    /// <summary>What the changes are divided by, k·u / ‖k‖, for methods that have it.</summary>
    public double? Denominator { get; init; }
}
