using System.Security.Cryptography;

namespace Amend.Cli.Tests.Running;

/// <summary>What a folder holds: every path in it, files with the hash of their content.</summary>
internal static class FolderState
{
    /// <summary>The listing, sorted; one line that says so where there is no folder.</summary>
    public static IReadOnlyList<string> Of(string folder)
    {
        if (!Directory.Exists(folder))
            return [File.Exists(folder) ? $"a file, {HashOf(folder)}" : "nothing"];
        return
        [
            .. Directory.GetFileSystemEntries(folder, "*", SearchOption.AllDirectories)
                .Order(StringComparer.Ordinal)
                .Select(path => $"{Path.GetRelativePath(folder, path)} {(File.Exists(path) ? HashOf(path) : "folder")}"),
        ];
    }

    private static string HashOf(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));
}
