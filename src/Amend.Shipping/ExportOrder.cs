using Amend.Shipping.Exporting;
using Amend.Shipping.Gates;

namespace Amend.Shipping;

/// <summary>What is asked to be exported, and where to.</summary>
/// <param name="Form">The form.</param>
/// <param name="To">The folder or file to make; what is there already is never written over.</param>
public sealed record ExportOrder(IExporter Form, string To)
{
    /// <summary>
    /// Which edits: <c>all</c>, the default, for those that are applied, ids divided by commas, or <c>@ID</c> for those applied after one.
    /// </summary>
    public string Edits { get; init; } = "all";

    /// <summary>How; as the source has it by default.</summary>
    public ExportOptions Options { get; init; } = new();

    /// <summary>What must hold before the export is at its place; null, the default, for nothing.</summary>
    public ExportGuard? Guard { get; init; }
}
