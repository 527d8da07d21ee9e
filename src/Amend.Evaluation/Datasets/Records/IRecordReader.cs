using System.Text.Json;

namespace Amend.Evaluation.Datasets.Records;

/// <summary>Reads JSON values from a stream one at a time.</summary>
internal interface IRecordReader : IDisposable
{
    /// <summary>Where the last value stood, such as <c>line 3</c>.</summary>
    string Place { get; }

    /// <summary>Whether reading can go on after a value with a syntax error.</summary>
    bool Recovers { get; }

    /// <summary>The next value, or null after the last; the caller disposes it.</summary>
    /// <exception cref="JsonException">The value has a syntax error.</exception>
    JsonDocument? Next();
}
