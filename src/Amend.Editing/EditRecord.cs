using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Amend.Editing.Governance;
using Amend.Editing.HyperNetworks.Files;
using Amend.Editing.Statistics;

namespace Amend.Editing;

/// <summary>Everything about an edit but its factors: what was asked, how it was made and what it did.</summary>
public sealed record EditRecord
{
    /// <summary>What was asked; the first request where several were made together.</summary>
    public required EditRequest Request { get; init; }

    /// <summary>The other requests that were made together with the first, in order, where the edit cannot be parted.</summary>
    public IReadOnlyList<EditRequest> TogetherWith { get; init; } = [];

    /// <summary>All that was asked, in order.</summary>
    [JsonIgnore]
    public IReadOnlyList<EditRequest> Requests => [Request, .. TogetherWith];

    /// <summary>The editor's name.</summary>
    public required string Editor { get; init; }

    /// <summary>Every setting of the editor, by its name.</summary>
    public required JsonObject Settings { get; init; }

    /// <summary>The edited layers, in ascending order; empty where the edit belongs to none.</summary>
    public required IReadOnlyList<int> Layers { get; init; }

    /// <summary>The second moments that the editor used, by layer; empty where it used none.</summary>
    public IReadOnlyList<StatisticsNote> Statistics { get; init; } = [];

    /// <summary>The trained network that made the changes; null for editors without.</summary>
    public NetworkNote? Network { get; init; }

    /// <summary>
    /// Where the edit is from if another program made it; null for edits of Amend's editors. The request of such an edit then names its
    /// folder or file and has no target, and nothing was measured.
    /// </summary>
    public ImportNote? Import { get; init; }

    /// <summary>The seed of everything sampled.</summary>
    public required int Seed { get; init; }

    /// <summary>The context templates that were used.</summary>
    public required IReadOnlyList<string> ContextTemplates { get; init; }

    /// <summary>The model's name.</summary>
    public required string Model { get; init; }

    /// <summary>The family's <c>model_type</c>.</summary>
    public required string ModelType { get; init; }

    /// <summary>Hash of the model's weights without any edit.</summary>
    public required string BaseWeightsHash { get; init; }

    /// <summary>Ids of the edits that were applied when this one was made, in order.</summary>
    public required IReadOnlyList<string> AppliedBefore { get; init; }

    /// <summary>The optimisation, step by step.</summary>
    public required IReadOnlyList<LossStep> Losses { get; init; }

    /// <summary>Whether the optimisation reached its threshold; where not, the edit may be weak.</summary>
    public required bool Converged { get; init; }

    /// <summary>Probability of the new target after the prompt before the edit; the mean over requests made together.</summary>
    public required double ProbabilityBefore { get; init; }

    /// <summary>Probability of the new target after the prompt with the edit; the mean over requests made together.</summary>
    public required double ProbabilityAfter { get; init; }

    /// <summary>
    /// Where the method divides by the key's part in its direction, k·u / ‖k‖ with u of unit length, 0 to 1 for keys that are used
    /// consistently: near 0 the update explodes (ROME; register of defects, D1). Null for methods without it.
    /// </summary>
    public double? Denominator { get; init; }

    /// <summary>
    /// Ids of the edits of the same subject and prompt that were applied and that this one takes the place of, oldest first; null for none.
    /// </summary>
    public IReadOnlyList<string>? Supersedes { get; init; }

    /// <summary>
    /// What a guard measured, in files of earlier versions; null now, since what is measured after the edit is no part of it and lies in
    /// the journal (<see cref="Stores.EditStore.GuardOf"/>).
    /// </summary>
    public GuardMeasures? Guard { get; init; }

    /// <summary>Frobenius norm of the change, over all changed weights; null for an edit that changes none.</summary>
    public double? DeltaNorm { get; init; }

    /// <summary>Seconds that the edit took; context templates, which edits share, are sampled before.</summary>
    public required double Seconds { get; init; }

    /// <summary>The library's version.</summary>
    public required string Version { get; init; }

    /// <summary>When the edit was made, UTC.</summary>
    public required DateTimeOffset Time { get; init; }
}
