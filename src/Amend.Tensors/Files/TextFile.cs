namespace Amend.Tensors.Files;

/// <summary>
/// Text as people have it: a plain file, or one that gzip has compressed (RFC 1952), which its first bytes say, whatever its name.
/// Both give the same text and the same hash, and neither is held as a whole unless it is asked for so.
/// </summary>
public static class TextFile
{
    private const string Ending = ".gz";

    private static ReadOnlySpan<byte> GzipMark => [0x1F, 0x8B];

    /// <summary>Opens the text's bytes, from their beginning; the caller disposes.</summary>
    /// <returns>The file, or a stream of what it decompresses to, which cannot seek.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    /// <exception cref="BrokenTextException">While reading: the compressed data is broken or ends too early.</exception>
    public static Stream Open(string path)
    {
        var file = File.OpenRead(path);
        try
        {
            Span<byte> start = stackalloc byte[GzipMark.Length];
            var read = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
            var isCompressed = read == start.Length && start.SequenceEqual(GzipMark);
            file.Position = 0;
            return isCompressed ? new GzipText(file) : file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The whole text, read as UTF-8 unless a byte order mark says otherwise.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    /// <exception cref="BrokenTextException">The compressed data is broken or ends too early.</exception>
    public static string ReadAllText(string path)
    {
        using var reader = new StreamReader(Open(path));
        return reader.ReadToEnd();
    }

    /// <summary>The lines of the text as they are asked for.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    /// <exception cref="BrokenTextException">The compressed data is broken or ends too early.</exception>
    public static IEnumerable<string> ReadLines(string path)
    {
        using var reader = new StreamReader(Open(path));
        while (reader.ReadLine() is { } line)
            yield return line;
    }

    /// <summary>Reads the text to its end and hashes it: SHA-256 of its bytes, those of a compressed file decompressed.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    /// <exception cref="BrokenTextException">The compressed data is broken or ends too early.</exception>
    public static string Hash(string path)
    {
        using var text = Open(path);
        return ContentHash.Read(text);
    }

    /// <summary>A path without the <c>.gz</c> at its end: what the text in a compressed file is called.</summary>
    public static string PlainName(string path) =>
        path.EndsWith(Ending, StringComparison.OrdinalIgnoreCase) ? path[..^Ending.Length] : path;
}
