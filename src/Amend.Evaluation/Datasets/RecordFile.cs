using System.Text.Encodings.Web;
using System.Text.Json;
using Amend.Tensors;
using Amend.Tensors.Files;

namespace Amend.Evaluation.Datasets;

/// <summary>
/// A data set on disk: one JSON array of records in snake_case, read one by one, written one record a line; or those lines alone.
/// </summary>
public static class RecordFile
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectNullableAnnotations = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Reads the records as they are asked for, each with its place in the file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="check">Refuses a record whose fields do not make sense, with an <see cref="AmendException"/>.</param>
    /// <exception cref="AmendException">The file is missing, or a record is broken.</exception>
    internal static IEnumerable<(T Record, BytePlace Place)> ReadPlaced<T>(string path, Action<T> check)
    {
        using var stream = Open(path);
        var reader = new JsonArrayReader(stream);
        for (var number = 1; Next(reader, path, number, check) is { Found: true } next; number++)
            yield return (next.Record, reader.Place);
    }

    /// <summary>Reads one record again.</summary>
    /// <param name="path">The file.</param>
    /// <param name="place">The record's place, as <see cref="ReadPlaced{T}"/> gave it.</param>
    /// <exception cref="AmendException">The file is missing, or has no such record there any more.</exception>
    internal static T ReadAt<T>(string path, BytePlace place)
    {
        using var stream = Open(path);
        try
        {
            var bytes = new byte[place.Length];
            MoveTo(stream, place.Start);
            stream.ReadExactly(bytes);
            return JsonSerializer.Deserialize<T>(bytes, Json) ?? throw new JsonException("the record is null");
        }
        catch (Exception e) when (e is JsonException or IOException)
        {
            throw new AmendException(
                $"'{path}' has changed since it was opened: no record begins at byte {place.Start} any more; start again.", e);
        }
    }

    /// <summary>Writes the records; the same records give the same bytes.</summary>
    /// <exception cref="AmendException">The folder is missing or not writable, or the disk is full.</exception>
    public static void Write<T>(string path, IEnumerable<T> records) => AtomicFile.Write(path, stream =>
    {
        var before = "[\n"u8;
        foreach (var record in records)
        {
            stream.Write(before);
            JsonSerializer.Serialize(stream, record, Json);
            before = ",\n"u8;
        }

        stream.Write(before[0] == '[' ? "[]\n"u8 : "\n]\n"u8);
    });

    /// <summary>Writes the records one a line, without an array around them; the same records give the same bytes.</summary>
    /// <exception cref="AmendException">The folder is missing or not writable, or the disk is full.</exception>
    public static void WriteLines<T>(string path, IEnumerable<T> records) => AtomicFile.Write(path, stream =>
    {
        foreach (var record in records)
        {
            JsonSerializer.Serialize(stream, record, Json);
            stream.Write("\n"u8);
        }
    });

    /// <summary>Opens a data set's file, which may be compressed with gzip; the caller disposes.</summary>
    /// <exception cref="AmendException">It is missing or not readable.</exception>
    internal static Stream Open(string path)
    {
        try
        {
            return TextFile.Open(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AmendException($"The data set '{path}' cannot be opened ({e.Message.TrimEnd('.')}); give a readable JSON file.", e);
        }
    }

    /// <summary>What is compressed has to be read up to the place.</summary>
    private static void MoveTo(Stream stream, long place)
    {
        if (stream.CanSeek)
        {
            stream.Position = place;
            return;
        }

        Span<byte> passed = stackalloc byte[4096];
        for (var left = place; left > 0;)
        {
            var part = passed[..(int)Math.Min(left, passed.Length)];
            stream.ReadExactly(part);
            left -= part.Length;
        }
    }

    private static (bool Found, T Record) Next<T>(JsonArrayReader reader, string path, int number, Action<T> check)
    {
        try
        {
            using var element = reader.Next();
            if (element is null)
                return (false, default!);
            var record = element.Deserialize<T>(Json) ?? throw new JsonException("the record is null");
            check(record);
            return (true, record);
        }
        catch (JsonException e)
        {
            throw new AmendException(
                $"'{path}', record {number}{Place(e)}: {Reason(e)}; correct the record or download the file again.", e);
        }
        catch (AmendException e) when (e is not BrokenTextException)
        {
            throw new AmendException($"'{path}', record {number}: {e.Message}", e);
        }
        catch (IOException e)
        {
            throw new AmendException($"'{path}' cannot be read at record {number} ({e.Message.TrimEnd('.')}); copy the file again.", e);
        }
    }

    private static string Place(JsonException e) => e.Path is { Length: > 2 } path ? $", field {path[2..]}" : "";

    private static string Reason(JsonException e)
    {
        var end = e.Message.IndexOf(" Path: ", StringComparison.Ordinal);
        return (end < 0 ? e.Message : e.Message[..end]).TrimEnd('.');
    }
}
