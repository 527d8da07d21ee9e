using Amend.Editing.Checks;

namespace Amend.Cli.Rendering;

/// <summary>What <c>amend edit</c> did.</summary>
/// <param name="Model">The model, as it was named.</param>
/// <param name="Edits">The edits that it stored, at least one.</param>
/// <param name="One">What a single fact's edit did; null for those of a data set.</param>
/// <param name="Many">What the edits of a data set's facts did; null for a single fact.</param>
internal sealed record EditOutcome(string Model, IReadOnlyList<KeptEdit> Edits, EditCheckReport? One, RequestsReport? Many);
