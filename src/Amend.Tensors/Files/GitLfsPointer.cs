namespace Amend.Tensors.Files;

/// <summary>
/// The small text that Git LFS leaves in a working tree in place of a large file until the file is pulled
/// (specification of git-lfs: its first line names the version).
/// </summary>
public static class GitLfsPointer
{
    private const int LongestPointer = 1024;

    private static ReadOnlySpan<byte> FirstLine => "version https://git-lfs.github.com/spec/"u8;

    /// <summary>Whether the file at a path is a pointer; false where there is none.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static bool IsAt(string path)
    {
        if (new FileInfo(path) is not { Exists: true, Length: <= LongestPointer })
            return false;
        using var file = File.OpenHandle(path, share: FileShare.Read | FileShare.Delete);
        Span<byte> start = stackalloc byte[FirstLine.Length];
        return FileBytes.Fill(file, start, 0) == start.Length && start.SequenceEqual(FirstLine);
    }

    /// <summary>The sentence for a file that is a pointer: what it is and how to get the file itself.</summary>
    public static string Describe(string path) =>
        $"'{path}' is a Git LFS pointer of {new FileInfo(path).Length} bytes, not the file that it stands for; "
        + "run 'git lfs pull' in its repository, or download the file itself.";
}
