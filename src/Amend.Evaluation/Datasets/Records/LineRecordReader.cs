using System.Text;
using System.Text.Json;

namespace Amend.Evaluation.Datasets.Records;

/// <summary>One JSON value a line; empty lines are passed over.</summary>
internal sealed class LineRecordReader(Stream stream) : IRecordReader
{
    private readonly StreamReader _lines = new(stream, Encoding.UTF8);
    private int _number;

    /// <inheritdoc/>
    public string Place => $"line {_number}";

    /// <inheritdoc/>
    public bool Recovers => true;

    /// <inheritdoc/>
    public JsonDocument? Next()
    {
        while (_lines.ReadLine() is { } line)
        {
            _number++;
            if (!string.IsNullOrWhiteSpace(line))
                return JsonDocument.Parse(line);
        }

        return null;
    }

    /// <inheritdoc/>
    public void Dispose() => _lines.Dispose();
}
