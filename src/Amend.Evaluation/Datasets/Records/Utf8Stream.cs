using System.Text;

namespace Amend.Evaluation.Datasets.Records;

/// <summary>A file's text as UTF-8, whichever Unicode form its byte order mark names.</summary>
internal static class Utf8Stream
{
    private const int LongestMark = 4;

    /// <summary>Opens the text from its beginning; the caller disposes.</summary>
    /// <exception cref="Amend.Tensors.AmendException">The file is missing or not readable.</exception>
    public static Stream Open(string path)
    {
        var other = OtherThanUtf8(path);
        var file = RecordFile.Open(path);
        return other is null ? file : Encoding.CreateTranscodingStream(file, other, Encoding.UTF8);
    }

    private static Encoding? OtherThanUtf8(string path)
    {
        using var file = RecordFile.Open(path);
        Span<byte> bytes = stackalloc byte[LongestMark];
        var mark = bytes[..file.ReadAtLeast(bytes, LongestMark, throwOnEndOfStream: false)];
        // UTF-32's mark begins with UTF-16's.
        Encoding[] known = [Encoding.UTF32, Encoding.Unicode, Encoding.BigEndianUnicode];
        foreach (var encoding in known)
        {
            if (mark.StartsWith(encoding.Preamble))
                return encoding;
        }

        return null;
    }
}
