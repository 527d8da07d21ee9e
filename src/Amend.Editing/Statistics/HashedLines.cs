using System.Security.Cryptography;
using System.Text;

namespace Amend.Editing.Statistics;

/// <summary>
/// The passages of a text one after the other, with a hash of those taken, which tells a resumed collection its text, and one
/// of each file's beginning, which tells texts that share a file.
/// </summary>
internal sealed class HashedLines : IDisposable
{
    /// <summary>Passages of a file that its beginning has.</summary>
    private const int Beginning = 16;

    /// <summary>Hexadecimal digits that are kept of a beginning's hash.</summary>
    private const int BeginningDigits = 16;

    private readonly IEnumerator<TextPassage> _passages;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly IncrementalHash _beginning = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly List<string> _beginnings = [];
    private bool _hasNext;
    private int _taken;

    public HashedLines(IEnumerable<TextPassage> passages)
    {
        _passages = passages.GetEnumerator();
        Advance();
    }

    /// <summary>The next passage to take; null at the end.</summary>
    public string? Next => _hasNext ? _passages.Current.Text : null;

    /// <summary>The number of passages taken.</summary>
    public long Taken { get; private set; }

    /// <summary>SHA-256 of the passages taken, in lower-case hexadecimal.</summary>
    public string Hash => Convert.ToHexStringLower(_hash.GetCurrentHash());

    /// <summary>The beginning of each file that something was taken of.</summary>
    public IReadOnlyList<string> Beginnings =>
        _taken is > 0 and < Beginning ? [.. _beginnings, Digits(_beginning.GetCurrentHash())] : _beginnings;

    /// <summary>What was taken.</summary>
    public TakenText Text => new(Taken, Hash, [.. Beginnings]);

    /// <summary>Takes the next passage.</summary>
    public void Take()
    {
        if (_passages.Current.BeginsFile)
            EndBeginning();
        // A record's text may have line feeds, which a line has not.
        var bytes = Encoding.UTF8.GetBytes(Next!.Replace('\n', '\r') + "\n");
        _hash.AppendData(bytes);
        if (_taken < Beginning)
        {
            _beginning.AppendData(bytes);
            if (++_taken == Beginning)
                _beginnings.Add(Digits(_beginning.GetHashAndReset()));
        }

        Taken++;
        Advance();
    }

    /// <summary>Takes passages until so many are taken, or the text ends.</summary>
    public void TakeUntil(long count)
    {
        while (Taken < count && Next is not null)
            Take();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _passages.Dispose();
        _hash.Dispose();
        _beginning.Dispose();
    }

    private void EndBeginning()
    {
        if (_taken is > 0 and < Beginning)
            _beginnings.Add(Digits(_beginning.GetHashAndReset()));
        _taken = 0;
    }

    private void Advance() => _hasNext = _passages.MoveNext();

    private static string Digits(byte[] hash) => Convert.ToHexStringLower(hash)[..BeginningDigits];
}

/// <summary>What was taken of a text.</summary>
/// <param name="Lines">The number of passages.</param>
/// <param name="Hash">SHA-256 of them.</param>
/// <param name="Beginnings">The beginning of each file that something was taken of.</param>
internal sealed record TakenText(long Lines, string Hash, IReadOnlyList<string> Beginnings);
