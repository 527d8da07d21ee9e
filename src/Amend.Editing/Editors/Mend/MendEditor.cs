using Amend.Editing.HyperNetworks;
using Amend.Models.Scoring;

namespace Amend.Editing.Editors.Mend;

/// <summary>
/// MEND (Mitchell et al. 2022): a trained network turns the gradient of the requests, row by row, into an update of low rank. Requests
/// that are given together are one edit.
/// </summary>
/// <param name="options">Settings to start from; the defaults when null.</param>
public sealed class MendEditor(MendOptions? options = null) : NetworkEditor<MendOptions>(options, new MendNetworks())
{
    /// <inheritdoc/>
    public override EditorInfo Info { get; } = new(
        "MEND, a trained network of rows", "Mitchell et al. 2022, arXiv 2110.11309", "eric-mitchell/mend")
    {
        Class = EditorClass.IntermediateFineTuning,
        Writes = "the matrices of its network",
        NeedsNetwork = true,
        Batch = true,
        NeedsSubject = false,
        Kinds = TargetBatch.Kinds,
    };
}
