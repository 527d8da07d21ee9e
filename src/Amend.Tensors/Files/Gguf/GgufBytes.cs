namespace Amend.Tensors.Files.Gguf;

/// <summary>The bytes of one open file; reading from several threads at once is safe.</summary>
internal sealed class GgufBytes : IDisposable
{
    private readonly FileStream _stream;

    private GgufBytes(string path, FileStream stream)
    {
        Path = path;
        _stream = stream;
        Length = stream.Length;
    }

    /// <summary>The path that the file was opened by.</summary>
    public string Path { get; }

    /// <summary>How many bytes the file had when it was opened.</summary>
    public long Length { get; }

    /// <summary>Opens a file; the caller disposes.</summary>
    /// <exception cref="GgufException">The file is missing, unreadable or a Git LFS pointer.</exception>
    public static GgufBytes Open(string path)
    {
        try
        {
            return GitLfsPointer.IsAt(path)
                ? throw new GgufException(GitLfsPointer.Describe(path))
                : new(path, new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0));
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new GgufException(
                $"Cannot read '{path}' ({cause.Message.TrimEnd('.')}); give the path of a GGUF file that exists.", cause);
        }
    }

    /// <summary>Fills the memory from a place on, and returns how many bytes the file had for it.</summary>
    /// <exception cref="GgufException">The disk does not give them.</exception>
    /// <exception cref="ObjectDisposedException">The file was closed.</exception>
    public int Fill(Span<byte> bytes, long at)
    {
        ObjectDisposedException.ThrowIf(!_stream.CanRead, this);
        try
        {
            return FileBytes.Fill(_stream.SafeFileHandle, bytes, at);
        }
        catch (IOException cause)
        {
            throw new GgufException(
                $"Cannot read {bytes.Length} bytes of '{Path}' at byte {at} ({cause.Message.TrimEnd('.')}); check the disk.", cause);
        }
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _stream.Dispose();
}
