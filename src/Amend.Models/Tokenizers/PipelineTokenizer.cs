using Amend.Models.Tokenizers.Decoding;
using Amend.Models.Tokenizers.Normalization;
using Amend.Models.Tokenizers.Pieces;
using Amend.Models.Tokenizers.PreTokenization;
using Amend.Models.Tokenizers.Text;

namespace Amend.Models.Tokenizers;

/// <summary>
/// The way of every tokenizer here: added tokens are found as a whole, the text between them is normalized and split into words,
/// words are cut into pieces, and special tokens are put around. Each step knows which characters its output stands for.
/// </summary>
public sealed class PipelineTokenizer : ITokenizer
{
    private readonly PipelineParts _parts;
    private readonly AddedTokenSplit _split;
    private readonly AddedTokenSplit _splitWritten;
    private readonly HashSet<int> _around;

    internal PipelineTokenizer(PipelineParts parts)
    {
        _parts = parts;
        _splitWritten = AddedTokenSplit.Of(parts.AddedTokens, Normalized);
        _split = parts.FindsSpecialTokens
            ? _splitWritten
            : AddedTokenSplit.Of([.. parts.AddedTokens.Where(token => !token.IsSpecial)], Normalized);
        SpecialTokens = [.. parts.AddedTokens.Where(token => token.IsSpecial).Select(token => token.Content)];
        _around = [.. parts.Template.Before, .. parts.Template.After];
        VocabularySize = parts.Pieces.Keys.Concat(parts.AddedTokens.Select(token => token.Id)).Max() + 1;
    }

    /// <inheritdoc/>
    public int VocabularySize { get; }

    /// <summary>What the tokenizer is put together from.</summary>
    internal PipelineParts Parts => _parts;

    /// <inheritdoc/>
    public int EndOfText => _parts.EndOfText;

    /// <inheritdoc/>
    public int BeginOfText => _parts.BeginOfText ?? _parts.EndOfText;

    /// <inheritdoc/>
    public IReadOnlyCollection<string> SpecialTokens { get; }

    /// <inheritdoc/>
    /// <remarks>A text that is written with the special tokens in front does not get them twice.</remarks>
    public TokenizedText Encode(string text)
    {
        var tokens = new TokenList();
        var before = _parts.Template.Before;
        Add(text, TextPlace.Begins, tokens);
        if (!tokens.StartsWith(before))
            tokens.InsertFront(before);
        tokens.AddAll(_parts.Template.After, text.Length);
        return tokens.Build(text);
    }

    /// <inheritdoc/>
    public TokenizedText EncodeContinuation(string text)
    {
        var tokens = new TokenList();
        Add(text, TextPlace.Continues, tokens);
        return tokens.Build(text);
    }

    /// <inheritdoc/>
    public TokenizedText EncodeWritten(string text, IReadOnlyList<(int Start, int End)> quoted)
    {
        var tokens = new TokenList();
        Add(text, TextPlace.Begins, tokens, _splitWritten, quoted);
        return tokens.Build(text);
    }

    /// <summary>The ids of two texts as one input, with 0 for each token of the first and 1 for each of the second.</summary>
    public (IReadOnlyList<int> Ids, IReadOnlyList<int> Types) EncodePair(string first, string second)
    {
        var (one, two) = (new TokenList(), new TokenList());
        Add(first, TextPlace.Begins, one);
        Add(second, TextPlace.Begins, two);
        int[] left = [.. _parts.Template.Before, .. one.Build(first).Ids, .. _parts.Template.Pair.Between];
        int[] right = [.. two.Build(second).Ids, .. _parts.Template.Pair.Behind];
        return ([.. left, .. right], [.. left.Select(_ => 0), .. right.Select(_ => 1)]);
    }

    /// <summary>The text of ids, without the special tokens that are put around a text; an id without a piece reads as U+FFFD.</summary>
    public string Decode(IEnumerable<int> ids) => Decode(ids.Where(id => !_around.Contains(id)), TextPlace.Begins);

    /// <inheritdoc/>
    public string DecodeContinuation(IEnumerable<int> ids) => Decode(ids, TextPlace.Continues);

    /// <summary>The words of a text in which no added token is looked for, as they are cut into pieces.</summary>
    internal IEnumerable<string> Words(string text)
    {
        var given = AlignedText.Of(text, 0, text.Length);
        var normalized = _parts.Normalizer?.Normalize(given, TextPlace.Begins) ?? given;
        return (_parts.PreTokenizer?.Split(normalized, TextPlace.Begins) ?? [normalized]).Select(word => word.Text);
    }

    /// <summary>The id of a piece or an added token; null where there is none.</summary>
    public int? IdOf(string piece) =>
        _parts.AddedTokens.FirstOrDefault(token => token.Content == piece)?.Id
        ?? _parts.Pieces.Where(known => known.Value == piece).Select(known => (int?)known.Key).FirstOrDefault();

    /// <summary>The piece of an id as the vocabulary writes it.</summary>
    public string PieceOf(int id) =>
        _parts.Pieces.GetValueOrDefault(id) ?? _parts.AddedTokens.FirstOrDefault(token => token.Id == id)?.Content
            ?? CodePoints.Replacement.ToString();

    private string Decode(IEnumerable<int> ids, TextPlace place)
    {
        string[] pieces = [.. ids.Select(PieceOf)];
        return string.Concat(_parts.Decoder?.Decode(pieces, place) ?? pieces);
    }

    private void Add(string text, TextPlace place, TokenList tokens) => Add(text, place, tokens, _split, []);

    private void Add(string text, TextPlace place, TokenList tokens, AddedTokenSplit split, IReadOnlyList<(int Start, int End)> quoted)
    {
        foreach (var (start, end, token) in split.InText.Split(text, (from, to, found) => found.IsSpecial && IsIn(quoted, (from, to))))
        {
            var part = AlignedText.Of(text, start, end);
            if (token is not null)
                tokens.Add(token.Id, (start, end));
            else
                AddNormalized(_parts.Normalizer?.Normalize(part, PlaceOf(start, place)) ?? part, PlaceOf(start, place),
                    tokens, split, quoted);
        }
    }

    private void AddNormalized(
        AlignedText text, TextPlace place, TokenList tokens, AddedTokenSplit split, IReadOnlyList<(int Start, int End)> quoted)
    {
        foreach (var (start, end, token) in split.InNormalized.Split(text.Text, (from, to, found) => found.IsSpecial
            && IsIn(quoted, text.SourceOf(from, to))))
        {
            if (token is not null)
                tokens.Add(token.Id, text.SourceOf(start, end));
            else
                AddWords(text.Slice(start, end), PlaceOf(start, place), tokens);
        }
    }

    private void AddWords(AlignedText text, TextPlace place, TokenList tokens)
    {
        foreach (var word in _parts.PreTokenizer?.Split(text, place) ?? [text])
        {
            foreach (var piece in _parts.Model.Cut(word.Text))
                tokens.Add(piece.Id, word.SourceOf(piece.Start, piece.End));
        }
    }

    private string Normalized(string content) =>
        _parts.Normalizer?.Normalize(AlignedText.Of(content, 0, content.Length), TextPlace.Begins).Text ?? content;

    private static bool IsIn(IReadOnlyList<(int Start, int End)> stretches, (int Start, int End) part) =>
        stretches.Any(stretch => part.Start < stretch.End && part.End > stretch.Start);

    private static TextPlace PlaceOf(int start, TextPlace place) => start == 0 ? place : TextPlace.Follows;
}

/// <summary>What a <see cref="PipelineTokenizer"/> is put together from.</summary>
internal sealed record PipelineParts
{
    /// <summary>Each id's piece.</summary>
    public required IReadOnlyDictionary<int, string> Pieces { get; init; }

    /// <summary>Cuts words into pieces.</summary>
    public required IPieceModel Model { get; init; }

    /// <summary>Rewrites the text; null where it stays as it is.</summary>
    public INormalizer? Normalizer { get; init; }

    /// <summary>Splits the text into words; null where it is one.</summary>
    public IPreTokenizer? PreTokenizer { get; init; }

    /// <summary>Makes text of pieces; null where they are text.</summary>
    public IPieceDecoder? Decoder { get; init; }

    /// <summary>The tokens that are found in a text as a whole.</summary>
    public IReadOnlyList<AddedToken> AddedTokens { get; init; } = [];

    /// <summary>Whether special tokens are found in a text; if not, a text that looks like one is text.</summary>
    public bool FindsSpecialTokens { get; init; }

    /// <summary>The special tokens around a text.</summary>
    public SequenceTemplate Template { get; init; } = SequenceTemplate.None;

    /// <summary>The id that ends a text.</summary>
    public required int EndOfText { get; init; }

    /// <summary>The id that begins a text; null where that is the one that ends it.</summary>
    public int? BeginOfText { get; init; }
}

/// <summary>How added tokens are found in a text: some as the text is, the rest in what the normalizer makes of it.</summary>
/// <param name="InText">Finds those of the first kind.</param>
/// <param name="InNormalized">Finds those of the second.</param>
internal sealed record AddedTokenSplit(AddedTokenFinder InText, AddedTokenFinder InNormalized)
{
    /// <summary>Finds tokens by what a normalizer makes of their content.</summary>
    public static AddedTokenSplit Of(IReadOnlyList<AddedToken> tokens, Func<string, string> normalized) => new(
        new AddedTokenFinder(tokens.Where(token => !token.IsNormalized).Select(token => (token.Content, token))),
        new AddedTokenFinder(tokens.Where(token => token.IsNormalized).Select(token => (normalized(token.Content), token))));
}
