using Amend.Tensors;
using Amend.Tensors.Files;

namespace Amend.Cli.Commands;

/// <summary>Files that are named on the command line.</summary>
internal static class ExistingFile
{
    /// <summary>The path, if a file is there; null for null.</summary>
    /// <exception cref="AmendException">There is no file.</exception>
    public static string? Path(string? path) => path is null || File.Exists(path)
        ? path
        : throw new AmendException($"The file '{path}' does not exist; give one that is there.");

    /// <summary>The text of a file, which may be compressed with gzip.</summary>
    /// <exception cref="AmendException">There is no file, or it is broken.</exception>
    public static string Text(string path) => TextFile.ReadAllText(Path(path)!);
}
