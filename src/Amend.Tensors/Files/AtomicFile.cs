using System.Text;

namespace Amend.Tensors.Files;

/// <summary>
/// Writes a file beside its place and renames it over: a reader sees the old content or the new, never a part,
/// and a failure or a killed process leaves what was there before untouched.
/// </summary>
/// <remarks>A symbolic link is replaced by the new file; what it pointed at is not written to.</remarks>
public static class AtomicFile
{
    private const int BufferBytes = 1 << 16;
    private const string Prefix = ".amend-";
    private const string Suffix = ".tmp";

    /// <summary>Writes <paramref name="path"/> with what <paramref name="write"/> puts in the stream.</summary>
    /// <param name="path">The file to make or to replace; its folder must exist.</param>
    /// <param name="write">Fills the stream; if it throws, the temporary file is deleted and the failure goes on.</param>
    /// <exception cref="AmendException">The folder is missing or not writable, or the disk is full.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(write);
        var target = Path.GetFullPath(path);
        var folder = Path.GetDirectoryName(target)
            ?? throw new ArgumentException($"'{path}' is a folder's root, not a file; give a file's path.", nameof(path));
        var temporary = Path.Combine(folder, $"{Prefix}{Guid.NewGuid():N}{Suffix}");
        try
        {
            Fill(temporary, write);
            KeepMode(target, temporary);
            File.Move(temporary, target, overwrite: true);
            FolderSync.Flush(folder);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            DeleteQuietly(temporary);
            throw new AmendException(
                $"Cannot write '{path}' ({cause.Message.TrimEnd('.')}); what was there before is unchanged, so free space "
                + "or choose a folder that exists and is writable.",
                cause);
        }
        catch
        {
            DeleteQuietly(temporary);
            throw;
        }
    }

    /// <summary>Writes <paramref name="text"/> to <paramref name="path"/> as UTF-8 without a byte order mark.</summary>
    /// <exception cref="AmendException">The folder is missing or not writable, or the disk is full.</exception>
    public static void WriteAllText(string path, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var bytes = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false).GetBytes(text);
        Write(path, stream => stream.Write(bytes));
    }

    /// <summary>Deletes what writers that were killed left in a folder; for a caller that alone writes there.</summary>
    public static void DeleteTorn(string folder)
    {
        foreach (var torn in Directory.GetFiles(folder, $"{Prefix}*{Suffix}"))
            DeleteQuietly(torn);
    }

    private static void Fill(string temporary, Action<Stream> write)
    {
        using var stream =
            new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, BufferBytes);
        write(stream);
        stream.Flush(flushToDisk: true);
    }

    private static void KeepMode(string target, string temporary)
    {
        if (!OperatingSystem.IsWindows() && File.Exists(target))
            File.SetUnixFileMode(temporary, File.GetUnixFileMode(target));
    }

    private static void DeleteQuietly(string temporary)
    {
        try
        {
            File.Delete(temporary);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            // The failure that led here says more than this one.
        }
    }
}
