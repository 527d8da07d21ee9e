using Amend.Models.Tokenizers.Pieces;

namespace Amend.Models.Tokenizers.Gguf;

/// <summary>
/// The tokens of a vocabulary that is to be written, by id; ids that no token has are out of use, and named as llama.cpp's converter names
/// them.
/// </summary>
internal sealed class GgufTokenList
{
    private const double ScoreOfUnused = -10000;
    private const double ScoreOfAdded = -1000;

    /// <summary>Tokens that are signs though files may add them as text.</summary>
    private static readonly string[] Signs = ["<pad>", "<mask>", "<2mass>", "[@BOS@]"];

    /// <summary>How the names of other such tokens begin and end.</summary>
    private static readonly (string Begin, string End)[] Brackets = [("<|", "|>"), ("<\uff5c", "\uff5c>"), ("<unused", ">")];

    private readonly ScoredPiece?[] _tokens;

    /// <summary>Begins a list.</summary>
    /// <param name="count">The number of ids.</param>
    public GgufTokenList(int count) => _tokens = new ScoredPiece?[count];

    /// <summary>The texts of all ids.</summary>
    public string[] Texts => [.. _tokens.Select((token, id) => token?.Text ?? $"[PAD{id}]")];

    /// <summary>What the tokens of all ids are for.</summary>
    public int[] Kinds => [.. _tokens.Select(token => (int)(token?.Kind ?? PieceKind.Unused))];

    /// <summary>The scores of all ids.</summary>
    public float[] Scores => [.. _tokens.Select(token => (float)(token?.Score ?? ScoreOfUnused))];

    /// <summary>Sets an id's token.</summary>
    public void Set(int id, ScoredPiece token) => _tokens[id] = token;

    /// <summary>Sets an added token: a sign, or a text that is always found whole, in which spaces are spaces.</summary>
    public void Set(AddedToken token) => _tokens[token.Id] = token.IsSpecial || LooksSpecial(token.Content)
        ? new ScoredPiece(token.Content, ScoreOfAdded, PieceKind.Control)
        : new ScoredPiece(token.Content.Replace(SentencePieceMark.Character, ' '), ScoreOfAdded, PieceKind.UserDefined);

    /// <summary>Makes a token that is a piece of text a sign.</summary>
    public void Reserve(int id)
    {
        if (_tokens[id] is { Kind: PieceKind.Normal } token)
            _tokens[id] = token with { Kind = PieceKind.Control };
    }

    /// <summary>Whether an id has a token.</summary>
    public bool Has(int id) => _tokens[id] is not null;

    private static bool LooksSpecial(string text) => Signs.Contains(text) || Array.Exists(Brackets, bracket =>
        text.StartsWith(bracket.Begin, StringComparison.Ordinal) && text.EndsWith(bracket.End, StringComparison.Ordinal));
}
