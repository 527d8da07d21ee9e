using System.Text;

namespace Amend.Evaluation.Datasets.Records;

/// <summary>A file's text as UTF-8, whichever Unicode form its byte order mark names.</summary>
internal static class Utf8Stream
{
    private const int LongestMark = 4;

    /// <summary>The text from its beginning: the file itself, or a stream over it that needs no disposal.</summary>
    public static Stream Open(FileStream file)
    {
        file.Position = 0;
        var other = OtherThanUtf8(file);
        file.Position = 0;
        return other is null ? file : Encoding.CreateTranscodingStream(file, other, Encoding.UTF8, leaveOpen: true);
    }

    private static Encoding? OtherThanUtf8(FileStream file)
    {
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
