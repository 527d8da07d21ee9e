namespace Amend.Tensors.Files.PyTorch;

/// <summary>One file in a zip, stored without compression.</summary>
/// <param name="Name">Its path in the zip.</param>
/// <param name="Begin">Its first byte in the zip file.</param>
/// <param name="Length">Its size in bytes.</param>
internal sealed record ZipEntry(string Name, long Begin, long Length);
