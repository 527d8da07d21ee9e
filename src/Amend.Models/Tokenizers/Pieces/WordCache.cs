using System.Collections.Concurrent;

namespace Amend.Models.Tokenizers.Pieces;

/// <summary>Remembers the pieces of short words; texts repeat theirs.</summary>
internal sealed class WordCache(IPieceModel model) : IPieceModel
{
    private const int MostWords = 1 << 16;
    private const int LongestWord = 64;
    private readonly ConcurrentDictionary<string, IReadOnlyList<Piece>> _words = new(StringComparer.Ordinal);
    private int _count;

    /// <summary>The model that cuts the words.</summary>
    public IPieceModel Model => model;

    /// <inheritdoc/>
    public IReadOnlyList<Piece> Cut(string word)
    {
        if (word.Length > LongestWord)
            return model.Cut(word);
        if (_words.TryGetValue(word, out var known))
            return known;
        var pieces = model.Cut(word);
        if (_count < MostWords && _words.TryAdd(word, pieces))
            Interlocked.Increment(ref _count);
        return pieces;
    }
}
