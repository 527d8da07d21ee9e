using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Amend.Tensors;

namespace Amend.Evaluation.Datasets.Records;

/// <summary>Comma-separated values with a header: each row is an object by the header's names; empty rows are passed over.</summary>
internal sealed class CsvRecordReader : IRecordReader
{
    private readonly StreamReader _text;
    private readonly IEnumerator<IReadOnlyList<string>> _rows;
    private readonly IReadOnlyList<string> _header;
    private int _number = 1;

    /// <summary>Reads the header.</summary>
    /// <param name="stream">The text, which the reader then owns.</param>
    /// <param name="path">What messages call it.</param>
    /// <exception cref="AmendException">The header names a column twice or not at all.</exception>
    public CsvRecordReader(Stream stream, string path)
    {
        _text = new StreamReader(stream, Encoding.UTF8);
        _rows = Csv.Read(_text).GetEnumerator();
        _header = _rows.MoveNext() ? _rows.Current : [];
        if (_header.Any(string.IsNullOrWhiteSpace) || _header.Distinct().Count() < _header.Count)
        {
            Dispose();
            throw new AmendException(
                $"The first row of '{path}' names the columns '{string.Join("', '", _header)}'; name each column, and each name once.");
        }
    }

    /// <inheritdoc/>
    public string Place => $"row {_number}";

    /// <inheritdoc/>
    public bool Recovers => true;

    /// <inheritdoc/>
    public JsonDocument? Next()
    {
        while (_rows.MoveNext())
        {
            _number++;
            if (_rows.Current.All(string.IsNullOrWhiteSpace))
                continue;
            if (_rows.Current.Count != _header.Count)
                throw new AmendException(
                    $"the row has {_rows.Current.Count} fields where the header has {_header.Count} ({string.Join(", ", _header)})");
            var fields = _header.Zip(_rows.Current, (name, value) => KeyValuePair.Create<string, JsonNode?>(name, value));
            return JsonSerializer.SerializeToDocument(new JsonObject(fields));
        }

        return null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _rows.Dispose();
        _text.Dispose();
    }
}
