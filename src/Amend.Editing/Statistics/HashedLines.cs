using System.Security.Cryptography;
using System.Text;

namespace Amend.Editing.Statistics;

/// <summary>The lines of a text one after the other, with a hash of those taken: what tells a resumed collection its text.</summary>
internal sealed class HashedLines : IDisposable
{
    private readonly IEnumerator<string> _lines;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public HashedLines(IEnumerable<string> lines)
    {
        _lines = lines.GetEnumerator();
        Advance();
    }

    /// <summary>The next line to take; null at the end.</summary>
    public string? Next { get; private set; }

    /// <summary>The number of lines taken.</summary>
    public long Taken { get; private set; }

    /// <summary>SHA-256 of the lines taken, in lower-case hexadecimal.</summary>
    public string Hash => Convert.ToHexStringLower(_hash.GetCurrentHash());

    /// <summary>Takes the next line.</summary>
    public void Take()
    {
        _hash.AppendData(Encoding.UTF8.GetBytes(Next + "\n"));
        Taken++;
        Advance();
    }

    /// <summary>Takes lines until so many are taken, or the text ends.</summary>
    public void TakeUntil(long count)
    {
        while (Taken < count && Next is not null)
            Take();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _lines.Dispose();
        _hash.Dispose();
    }

    private void Advance() => Next = _lines.MoveNext() ? _lines.Current : null;
}
