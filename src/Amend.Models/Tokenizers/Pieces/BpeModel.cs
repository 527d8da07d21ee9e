using Amend.Models.Tokenizers.Text;

namespace Amend.Models.Tokenizers.Pieces;

/// <summary>Byte-pair encoding of a word's characters; characters without a piece become their bytes' pieces, or the unknown one.</summary>
internal sealed class BpeModel : IPieceModel
{
    private readonly Dictionary<string, int> _vocabulary;
    private readonly PairMerges _merges;
    private readonly BpeOptions _options;
    private readonly int[]? _bytes;

    /// <summary>Creates the model.</summary>
    /// <param name="vocabulary">The id of each piece.</param>
    /// <param name="merges">Pairs of pieces, the best-ranked first.</param>
    /// <param name="options">What a file may set beside them.</param>
    /// <exception cref="FormatException">A merge names a piece that the vocabulary lacks.</exception>
    public BpeModel(Dictionary<string, int> vocabulary, IEnumerable<(string Left, string Right)> merges, BpeOptions options)
    {
        (_vocabulary, _options) = (vocabulary, options);
        _bytes = options.ByteFallback ? ByteFallback.Pieces(vocabulary) : null;
        _merges = new PairMerges(vocabulary.Count);
        AddMerges(merges);
    }

    /// <summary>What the file set beside vocabulary and merges.</summary>
    public BpeOptions Options => _options;

    /// <summary>The merges as ids of their parts and of the whole, the best-ranked first.</summary>
    public IEnumerable<(int Left, int Right, int Merged)> Merges => _merges.InOrder;

    /// <inheritdoc/>
    public IReadOnlyList<Piece> Cut(string word)
    {
        if (_options.IgnoresMerges && _vocabulary.TryGetValue(word, out var whole))
            return [new Piece(whole, 0, word.Length)];
        var symbols = Symbols(word);
        var ids = new int[symbols.Count];
        for (var at = 0; at < ids.Length; at++)
            ids[at] = symbols[at].Id;
        return [.. _merges.Apply(ids).Select(piece => new Piece(piece.Id, symbols[piece.First].Start, symbols[piece.Behind - 1].End))];
    }

    /// <summary>Adds the merges; real ones are many, so that joint pieces are looked up without being made.</summary>
    private void AddMerges(IEnumerable<(string Left, string Right)> merges)
    {
        var pieces = _vocabulary.GetAlternateLookup<ReadOnlySpan<char>>();
        var joined = new char[64];
        foreach (var (rank, merge) in merges.Index())
        {
            var right = merge.Right.AsSpan(merge.Right.StartsWith(_options.ContinuingPrefix, StringComparison.Ordinal)
                ? _options.ContinuingPrefix.Length
                : 0);
            var length = merge.Left.Length + right.Length;
            if (length > joined.Length)
                joined = new char[2 * length];
            merge.Left.CopyTo(joined);
            right.CopyTo(joined.AsSpan(merge.Left.Length));
            _merges.Add(IdOf(merge.Left, merge), IdOf(merge.Right, merge), rank, IdOf(joined.AsSpan(0, length), merge));
        }

        int IdOf(ReadOnlySpan<char> piece, (string Left, string Right) merge) => pieces.TryGetValue(piece, out var id)
            ? id
            : throw new FormatException($"a merge joins '{merge.Left}' and '{merge.Right}', but the vocabulary has no '{piece}'");
    }

    private List<Piece> Symbols(string word)
    {
        var symbols = new List<Piece>(word.Length);
        Span<byte> bytes = stackalloc byte[4];
        for (var at = 0; at < word.Length;)
        {
            var rune = CodePoints.At(word, at, out var length);
            var end = at + length;
            var piece = (at > 0 ? _options.ContinuingPrefix : "") + word[at..end] + (end == word.Length ? _options.EndSuffix : "");
            if (_vocabulary.TryGetValue(piece, out var id))
            {
                symbols.Add(new Piece(id, at, end));
            }
            else if (_bytes is not null)
            {
                foreach (var value in bytes[..rune.EncodeToUtf8(bytes)])
                    symbols.Add(new Piece(_bytes[value], at, end));
            }
            else if (_options.Unknown is { } unknown)
            {
                if (_options.FusesUnknown && symbols.Count > 0 && symbols[^1].Id == unknown)
                    symbols[^1] = symbols[^1] with { End = end };
                else
                    symbols.Add(new Piece(unknown, at, end));
            }

            at = end;
        }

        return symbols;
    }
}

/// <summary>What a byte-pair encoding may set beside its vocabulary and merges.</summary>
internal sealed record BpeOptions
{
    /// <summary>The id of characters without a piece; null, the default, where they are left out.</summary>
    public int? Unknown { get; init; }

    /// <summary>Whether neighbouring unknown characters are one token; false by default.</summary>
    public bool FusesUnknown { get; init; }

    /// <summary>
    /// Whether characters without a piece become the pieces of their bytes, such as <c>&lt;0xE6&gt;</c>; false by default.
    /// </summary>
    public bool ByteFallback { get; init; }

    /// <summary>Whether a word that is a piece is taken whole, without looking at the merges; false by default.</summary>
    public bool IgnoresMerges { get; init; }

    /// <summary>What is in front of pieces inside a word; nothing by default.</summary>
    public string ContinuingPrefix { get; init; } = "";

    /// <summary>What is behind pieces at a word's end; nothing by default.</summary>
    public string EndSuffix { get; init; } = "";
}
