using Amend.Shipping.Gates;

namespace Amend.Shipping.Exporting;

/// <summary>What an export wrote.</summary>
/// <param name="Form">The form's name.</param>
/// <param name="Path">The folder or file.</param>
/// <param name="Edits">The ids of the edits in it, in order.</param>
/// <param name="Changed">The weights that they change.</param>
public sealed record ExportOutcome(string Form, string Path, IReadOnlyList<string> Edits, IReadOnlyList<ShippedWeight> Changed)
{
    /// <summary>The size of all that was written, in bytes.</summary>
    public long Bytes { get; } = File.Exists(Path)
        ? new FileInfo(Path).Length
        : new DirectoryInfo(Path).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);

    /// <summary>What the model said with the edits before they were exported; null where it was not asked.</summary>
    public CheckReport? Check { get; init; }

    /// <summary>What a model said that was read from what was written; null where it was not read again.</summary>
    public CheckReport? Verified { get; init; }

    /// <summary>What the model is and the form cannot say, a sentence each; none by default.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}

/// <summary>A weight that the edits change, as it was written.</summary>
/// <param name="Weight">Its name in the model.</param>
/// <param name="Type">The type of its numbers in the file.</param>
/// <param name="ChangeNorm">The Frobenius norm of the change.</param>
public sealed record ShippedWeight(string Weight, string Type, double ChangeNorm)
{
    /// <summary>The rank of the factors that stand for it; null where the whole weight is written.</summary>
    public long? Rank { get; init; }

    /// <summary>
    /// What of the written change is not the edits': the Frobenius norm of the difference between what a reader gets and what was meant,
    /// over that of the change. 0 is exact, 1 as much as the change itself.
    /// </summary>
    public double Rounding { get; init; }
}
