using Amend.Editing;
using Amend.Editing.HyperNetworks;
using Amend.Models.Scoring;

namespace Amend.Testing.HyperNetworks;

/// <summary>The editor that uses a <see cref="RateNetwork"/>.</summary>
internal sealed class RateEditor() : NetworkEditor<RateEditorOptions>(null, new RateNetworkKind())
{
    public override EditorInfo Info { get; } = new("One learned rate for each matrix", "none", null)
    {
        Batch = true, NeedsSubject = false, Kinds = TargetBatch.Kinds,
    };
}

/// <summary>Settings of <see cref="RateEditor"/>.</summary>
internal sealed record RateEditorOptions : NetworkEditorOptions;
