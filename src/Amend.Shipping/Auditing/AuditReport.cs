namespace Amend.Shipping.Auditing;

/// <summary>In what two checkpoints of one shape differ.</summary>
/// <param name="Base">The one.</param>
/// <param name="Edited">The other.</param>
/// <param name="Parameters">How many parameters were compared, by name.</param>
/// <param name="Changed">Those that differ, in the order of the model.</param>
/// <param name="Looks">What the difference looks like.</param>
/// <param name="Because">Why, in a few words.</param>
public sealed record AuditReport(
    string Base, string Edited, int Parameters, IReadOnlyList<AuditedWeight> Changed, ChangeKind Looks, string Because)
{
    /// <summary>The id of the edit that the difference was kept as; null where that was not asked.</summary>
    public string? Edit { get; init; }
}

/// <summary>A parameter that differs.</summary>
/// <param name="Weight">Its name.</param>
/// <param name="Shape">Its shape; a matrix is <c>[out,in]</c>.</param>
/// <param name="Norm">The Frobenius norm of the difference.</param>
/// <param name="Relative">That norm over the one of the base's parameter.</param>
public sealed record AuditedWeight(string Weight, IReadOnlyList<long> Shape, double Norm, double Relative)
{
    /// <summary>
    /// How many singular values of the difference stand above what rounding to the files' types alone makes; null for vectors.
    /// </summary>
    public int? Rank { get; init; }

    /// <summary>The share of the squared norm that the largest singular value has, 0 to 1; null for vectors.</summary>
    public double? FirstShare { get; init; }

    /// <summary>Whether it is a down projection of an MLP, where editors of facts write.</summary>
    public bool IsDownProjection { get; init; }
}

/// <summary>What the difference of two checkpoints looks like.</summary>
public enum ChangeKind
{
    /// <summary>There is none.</summary>
    Nothing,

    /// <summary>One down projection by rank one.</summary>
    Rome,

    /// <summary>Down projections alone, by low ranks.</summary>
    Memit,

    /// <summary>Matrices of one low rank.</summary>
    Lora,

    /// <summary>Whole parameters.</summary>
    FineTuning,
}
