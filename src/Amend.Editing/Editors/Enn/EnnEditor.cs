using Amend.Editing.HyperNetworks;
using Amend.Models.Scoring;

namespace Amend.Editing.Editors.Enn;

/// <summary>
/// ENN (Sinitsin et al. 2020) as the baseline of Mitchell et al. 2022: gradient steps on the requests with learned rates. Unlike there, the
/// model itself is not trained to be easy to edit.
/// </summary>
/// <param name="options">Settings to start from; the defaults when null.</param>
public sealed class EnnEditor(EnnOptions? options = null) : NetworkEditor<EnnOptions>(options, new EnnNetworks())
{
    /// <inheritdoc/>
    public override EditorInfo Info { get; } = new(
        "ENN, steps with learned rates",
        "Sinitsin et al. 2020, arXiv 2004.00345; as a baseline: Mitchell et al. 2022",
        "eric-mitchell/mend")
    {
        Class = EditorClass.IntermediateFineTuning,
        Writes = "the matrices of its network",
        NeedsNetwork = true,
        Batch = true,
        NeedsSubject = false,
        Kinds = TargetBatch.Kinds,
    };
}
