namespace Amend.Shipping.Exporting;

/// <summary>How an export is written, beyond its form; what a form has no use for it refuses.</summary>
public sealed record ExportOptions
{
    /// <summary>
    /// The type of the weights in the files; by default, null, the source's, float32 for adapters, and float16 for a GGUF file of a folder.
    /// </summary>
    public WrittenType? DType { get; init; }

    /// <summary>
    /// The rank to which changes without factors, such as those of fine-tuning, are cut for an adapter by their largest singular values;
    /// by default, null, they are refused.
    /// </summary>
    public int? Rank { get; init; }

    /// <summary>
    /// Whether a changed tensor of a quantised file is quantised again as it was, and not widened to float16; false by default, because
    /// what an edit adds is often smaller than a step of the quantisation.
    /// </summary>
    public bool KeepsQuantisation { get; init; }
}
