using System.Text;

namespace Amend.Evaluation.Datasets.Records;

/// <summary>Comma-separated values with the quoting of RFC 4180, and line feeds.</summary>
internal static class Csv
{
    private static readonly System.Buffers.SearchValues<char> Quoted = System.Buffers.SearchValues.Create(",\"\r\n");

    /// <summary>A line with its end.</summary>
    public static string Line(IEnumerable<string> fields) => string.Join(',', fields.Select(Field)) + "\n";

    /// <summary>All records; an empty last line is none.</summary>
    public static IEnumerable<IReadOnlyList<string>> Read(TextReader reader)
    {
        var (record, field, quoted) = (new List<string>(), new StringBuilder(), false);
        for (var next = reader.Read(); next >= 0; next = reader.Read())
        {
            var letter = (char)next;
            if (quoted && letter == '"' && reader.Peek() == '"')
                field.Append((char)reader.Read());
            else if (letter == '"')
                quoted = !quoted;
            else if (!quoted && letter is ',' or '\n')
            {
                record.Add(Taken(field));
                if (letter == ',')
                    continue;
                yield return record;
                record = [];
            }
            else if (quoted || letter != '\r')
                field.Append(letter);
        }

        if (record.Count > 0 || field.Length > 0)
            yield return [.. record, Taken(field)];
    }

    private static string Taken(StringBuilder field)
    {
        var text = field.ToString();
        field.Clear();
        return text;
    }

    private static string Field(string text) =>
        text.AsSpan().ContainsAny(Quoted) ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
