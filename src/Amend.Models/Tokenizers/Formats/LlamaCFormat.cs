using System.Text;
using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Tokenizers.Decoding;
using Amend.Models.Tokenizers.Normalization;
using Amend.Models.Tokenizers.Pieces;

namespace Amend.Models.Tokenizers.Formats;

/// <summary>
/// The pieces of a llama2.c tokenizer as JSON (<c>tokenizer.json</c> whose <c>type</c> names llama2.c): a SentencePiece BPE with byte
/// pieces from id 3 on, whose pieces write a space as it is.
/// </summary>
public sealed class LlamaCFormat : ITokenizerFormat
{
    private const string FileName = "tokenizer.json";
    private const string Mark = "llama2.c";
    private const int SignatureBytes = 256;
    private const int FirstByte = 3;
    private const int BehindBytes = FirstByte + 256;

    /// <inheritdoc/>
    public string Files => $"{FileName} of llama2.c";

    /// <inheritdoc/>
    public bool IsIn(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
            return false;
        using var file = File.OpenRead(path);
        var start = new byte[SignatureBytes];
        return Encoding.UTF8.GetString(start, 0, file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false))
            .Contains(Mark, StringComparison.Ordinal);
    }

    /// <inheritdoc/>
    public ITokenizer Load(string folder, IReadOnlyDictionary<string, TokenizerDefaults> families, bool findsSpecialTokens)
    {
        var path = Path.Combine(folder, FileName);
        try
        {
            using var document = ModelFile.ParseJson(path);
            return Create(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new ModelFormatException($"'{path}' cannot be read as a llama2.c tokenizer ({e.Message}); download it again.", e);
        }
    }

    private static PipelineTokenizer Create(JsonElement file)
    {
        var (begin, end) = (file.GetProperty("bos_id").GetInt32(), file.GetProperty("eos_id").GetInt32());
        ScoredPiece[] pieces = [.. file.GetProperty("pieces").EnumerateArray().Index().Select(entry => Piece(entry.Item, entry.Index))];
        return new PipelineTokenizer(new PipelineParts
        {
            Pieces = pieces.Index().ToDictionary(entry => entry.Index, entry => entry.Item.Text),
            Model = new ScoredBpeModel(pieces, unknown: 0, byteFallback: true),
            Normalizer = new SentencePieceNormalizer(null, new PieceTrie(), new SentencePieceSpaces(true, false, true, false, true)),
            Decoder = new SentencePieceDecoder(pieces[0].Text, "", prefixes: true, removesSpaces: false),
            Template = new SequenceTemplate([begin], []),
            EndOfText = end,
            BeginOfText = begin,
        });
    }

    private static ScoredPiece Piece(JsonElement piece, int id)
    {
        var text = Encoding.UTF8.GetString(Convert.FromHexString(piece.GetProperty("hex").GetString()!))
            .Replace(' ', SentencePieceMark.Character);
        var kind = id == 0 ? PieceKind.Unknown : id < FirstByte ? PieceKind.Control : id < BehindBytes ? PieceKind.Byte : PieceKind.Normal;
        return new ScoredPiece(text, piece.GetProperty("score").GetDouble(), kind);
    }
}
