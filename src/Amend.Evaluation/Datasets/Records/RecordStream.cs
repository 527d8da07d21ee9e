using System.Text.Json;
using Amend.Evaluation.Cases;
using Amend.Tensors;
using Amend.Tensors.Files;

namespace Amend.Evaluation.Datasets.Records;

/// <summary>Reads a file of records, an array or one a line, into cases; only the record in hand is in memory.</summary>
internal static class RecordStream
{
    private const string WhatToDo = "correct the record, or skip bad records";

    /// <summary>Reads the cases as they are asked for.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">Whether broken records are passed over.</param>
    /// <param name="parse">Makes a case of a record, or refuses it with an <see cref="AmendException"/> without full stop.</param>
    /// <exception cref="AmendException">The file is missing, empty or broken, or a record is.</exception>
    public static IEnumerable<EditCase> Read(string path, DatasetOptions options, Func<JsonElement, int, EditCase> parse)
    {
        options.Skipped.Begin();
        using var reader = ReaderOf(path);
        for (var number = 0; ; number++)
        {
            var (atEnd, read, error) = Next(reader, path, number, parse);
            if (atEnd)
                yield break;
            if (error is null)
                yield return read!;
            else if (options.SkipBad && (reader.Recovers || error.InnerException is not JsonException))
                options.Skipped.Add(error.Message);
            else
                throw error;
        }
    }

    private static (bool AtEnd, EditCase? Case, AmendException? Error) Next(
        IRecordReader reader, string path, int number, Func<JsonElement, int, EditCase> parse)
    {
        try
        {
            using var document = reader.Next();
            return document is null ? (true, null, null) : (false, parse(document.RootElement, number), null);
        }
        catch (JsonException e)
        {
            var whatToDo = reader.Recovers ? WhatToDo : "correct the file or download it again";
            return (false, null, new AmendException($"'{path}', {reader.Place}: this is not JSON ({Reason(e)}); {whatToDo}.", e));
        }
        catch (AmendException e) when (e is not BrokenTextException)
        {
            return (false, null, new AmendException($"'{path}', {reader.Place}: {e.Message.TrimEnd('.')}; {WhatToDo}.", e));
        }
        catch (IOException e)
        {
            throw new AmendException($"'{path}' cannot be read at {reader.Place} ({e.Message.TrimEnd('.')}); copy the file again.", e);
        }
    }

    /// <summary>A file of CSV is named so, an array begins with <c>[</c>; everything else is lines.</summary>
    private static IRecordReader ReaderOf(string path)
    {
        var isArray = FirstLetter(path) == '[';
        var text = Utf8Stream.Open(path);
        if (TextFile.PlainName(path).EndsWith(".csv", StringComparison.OrdinalIgnoreCase))
            return new CsvRecordReader(text, path);
        return isArray ? new ArrayRecordReader(text) : new LineRecordReader(text);
    }

    private static int FirstLetter(string path)
    {
        using var ahead = Utf8Stream.Open(path);
        int first;
        do
            first = ahead.ReadByte();
        while (first is ' ' or '\t' or '\r' or '\n' or 0xEF or 0xBB or 0xBF);
        return first >= 0
            ? first
            : throw new AmendException($"'{path}' is empty; give a file with a JSON array of records or with one record a line.");
    }

    private static string Reason(JsonException e)
    {
        var end = e.Message.IndexOf(" LineNumber: ", StringComparison.Ordinal);
        return (end < 0 ? e.Message : e.Message[..end]).TrimEnd('.');
    }
}
