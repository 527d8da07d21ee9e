using System.Text.Json;

namespace Amend.Evaluation.Datasets.Records;

/// <summary>The elements of one JSON array.</summary>
internal sealed class ArrayRecordReader(Stream stream) : IRecordReader
{
    private readonly JsonArrayReader _elements = new(stream);
    private int _number;

    /// <inheritdoc/>
    public string Place => $"record {_number}";

    /// <inheritdoc/>
    public bool Recovers => false;

    /// <inheritdoc/>
    public JsonDocument? Next()
    {
        _number++;
        return _elements.Next();
    }

    /// <inheritdoc/>
    public void Dispose() => stream.Dispose();
}
