using Amend.Models.Configuration;
using Amend.Models.Shapes;
using Amend.Tensors;

namespace Amend.Models.Tokenizers;

/// <summary>A tokenizer with more ids than its model has rows: texts are refused that need an id without a row, and no others.</summary>
internal sealed class BoundTokenizer : ITokenizer
{
    private readonly ITokenizer _tokenizer;
    private readonly int _rows;

    private BoundTokenizer(ITokenizer tokenizer, int rows)
    {
        _tokenizer = tokenizer;
        _rows = rows;
    }

    /// <inheritdoc/>
    public int VocabularySize => _tokenizer.VocabularySize;

    /// <inheritdoc/>
    public int EndOfText => _tokenizer.EndOfText;

    /// <inheritdoc/>
    public int BeginOfText => _tokenizer.BeginOfText;

    /// <inheritdoc/>
    public IReadOnlyCollection<string> SpecialTokens => _tokenizer.SpecialTokens;

    /// <summary>The tokenizer for a model, itself where the model has a row for each of its ids.</summary>
    /// <param name="tokenizer">The tokenizer; null where the model has none.</param>
    /// <param name="shape">The model's sizes.</param>
    /// <exception cref="ModelFormatException">The ids that begin and end texts have no rows, so no text could be asked.</exception>
    public static ITokenizer? For(ITokenizer? tokenizer, ModelShape shape)
    {
        if (tokenizer is null || tokenizer.VocabularySize <= shape.Vocabulary)
            return tokenizer;
        return Math.Max(tokenizer.BeginOfText, tokenizer.EndOfText) is var last && last < shape.Vocabulary
            ? new BoundTokenizer(tokenizer, shape.Vocabulary)
            : throw new ModelFormatException(
                $"The tokenizer has {tokenizer.VocabularySize} ids, of which {last} begins or ends a text, "
                    + $"and the model has rows for {shape.Vocabulary}; "
                + "take both from the same model.");
    }

    /// <inheritdoc/>
    public TokenizedText Encode(string text) => Checked(_tokenizer.Encode(text));

    /// <inheritdoc/>
    public TokenizedText EncodeContinuation(string text) => Checked(_tokenizer.EncodeContinuation(text));

    /// <inheritdoc/>
    public TokenizedText EncodeWritten(string text, IReadOnlyList<(int Start, int End)> quoted) =>
        Checked(_tokenizer.EncodeWritten(text, quoted));

    /// <inheritdoc/>
    public string Decode(IEnumerable<int> ids) => _tokenizer.Decode(ids);

    /// <inheritdoc/>
    public string DecodeContinuation(IEnumerable<int> ids) => _tokenizer.DecodeContinuation(ids);

    private TokenizedText Checked(TokenizedText tokens)
    {
        foreach (var (place, id) in tokens.Ids.Index())
        {
            if (id < _rows)
                continue;
            var (start, end) = tokens.Spans[place];
            throw new AmendException(
                $"The text has the token {id} ('{tokens.Text[start..end]}'), but the model has rows for {_rows} tokens only; "
                + "leave it out, or take the model that this tokenizer was made for.");
        }

        return tokens;
    }
}
