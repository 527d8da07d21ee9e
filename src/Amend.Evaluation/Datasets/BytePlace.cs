namespace Amend.Evaluation.Datasets;

/// <summary>Bytes of a file.</summary>
/// <param name="Start">The first byte, from 0.</param>
/// <param name="Length">How many.</param>
internal readonly record struct BytePlace(long Start, int Length);
