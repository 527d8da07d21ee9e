using Amend.Models.Configuration;
using Amend.Models.Tokenizers.Decoding;
using Amend.Models.Tokenizers.Normalization;
using Amend.Models.Tokenizers.Pieces;

namespace Amend.Models.Tokenizers.Gguf;

/// <summary>Makes the tokenizer of a GGUF file's vocabulary, by its <c>tokenizer.ggml.model</c>.</summary>
internal static class GgufTokenizer
{
    private static readonly Dictionary<string, Func<GgufVocabulary, PipelineParts>> Models = new(StringComparer.Ordinal)
    {
        [GgufVocabulary.ByteLevel] = ByteLevel,
        [GgufVocabulary.SentencePiece] = SentencePiece,
    };

    /// <summary>The ends of a text that vocabularies name without a key.</summary>
    private static readonly string[] NamesOfEnd = ["<|endoftext|>", "</s>", "<eos>"];

    /// <summary>Makes the tokenizer.</summary>
    /// <param name="vocabulary">What the file says.</param>
    /// <param name="findsSpecialTokens">Whether special tokens written in a text are found as tokens; if not, they are text.</param>
    /// <exception cref="Tensors.AmendException">It is of a kind that is not read, or broken.</exception>
    public static PipelineTokenizer Create(GgufVocabulary vocabulary, bool findsSpecialTokens)
    {
        if (!Models.TryGetValue(vocabulary.Model, out var make))
        {
            throw new ModelFormatException(
                $"'{vocabulary.Path}' has a tokenizer of the kind '{vocabulary.Model}' ({GgufVocabulary.ModelKey}), which is not read; "
                + $"known: {string.Join(", ", Models.Keys)}.");
        }

        try
        {
            return new PipelineTokenizer(make(vocabulary) with { FindsSpecialTokens = findsSpecialTokens });
        }
        catch (FormatException e)
        {
            throw new ModelFormatException(
                $"The tokenizer of '{vocabulary.Path}' cannot be read ({e.Message}); convert the model again.", e);
        }
    }

    /// <summary>
    /// Byte-level BPE: pieces in the stand-ins of their bytes with merges, special and user-defined tokens as plain text.
    /// </summary>
    private static PipelineParts ByteLevel(GgufVocabulary vocabulary)
    {
        var rules = GgufWordRules.Find(vocabulary);
        var ids = new Dictionary<string, int>(vocabulary.Tokens.Count, StringComparer.Ordinal);
        foreach (var (id, piece) in vocabulary.Tokens.Index())
        {
            if (vocabulary.Kinds[id] is PieceKind.Normal or PieceKind.UserDefined)
                ids.TryAdd(piece, id);
        }

        var options = new BpeOptions { Unknown = vocabulary.Id("unknown"), IgnoresMerges = rules.IgnoresMerges };
        return Parts(vocabulary, new WordCache(new BpeModel(ids, vocabulary.Merges, options)), rules.Begins) with
        {
            PreTokenizer = rules.Make(),
            Decoder = new ByteLevelDecoder(),
        };
    }

    /// <summary>
    /// SentencePiece's BPE: pieces with scores and marks for spaces, of which one is put in front of a text unless
    /// <c>add_space_prefix</c> says no; characters without a piece are bytes.
    /// </summary>
    private static PipelineParts SentencePiece(GgufVocabulary vocabulary)
    {
        var scores = vocabulary.Scores;
        ScoredPiece[] pieces = [.. vocabulary.Tokens.Select((text, id) => new ScoredPiece(text, scores[id], vocabulary.Kinds[id]))];
        var unknown = vocabulary.Id("unknown") ?? Math.Max(0, Array.FindIndex(pieces, piece => piece.Kind == PieceKind.Unknown));
        var prefixes = vocabulary.Flag("add_space_prefix") ?? true;
        var spaces = new SentencePieceSpaces(prefixes, RemovesExtra: false, WritesMarks: true, PrefixIsSuffix: false, PrefixesAll: true);
        return Parts(vocabulary, new ScoredBpeModel(pieces, unknown, byteFallback: true), begins: true) with
        {
            Normalizer = new SentencePieceNormalizer(map: null, new PieceTrie(), spaces),
            Decoder = new SentencePieceDecoder(pieces[unknown].Text, " \u2047 ", prefixes, removesSpaces: false),
        };
    }

    private static PipelineParts Parts(GgufVocabulary vocabulary, IPieceModel model, bool begins)
    {
        var (begin, end) = (vocabulary.Id("bos"), vocabulary.Id("eos") ?? EndByName(vocabulary));
        int[] before = (vocabulary.Flag("add_bos_token") ?? begins) && begin is { } first ? [first] : [];
        int[] after = vocabulary.Flag("add_eos_token") == true ? [end] : [];
        return new PipelineParts
        {
            Pieces = vocabulary.Tokens.Index().ToDictionary(token => token.Index, token => token.Item),
            Model = model,
            AddedTokens = [.. AddedTokens(vocabulary)],
            Template = new SequenceTemplate(before, after),
            EndOfText = end,
            BeginOfText = begin,
        };
    }

    /// <summary>The tokens that are found as a whole: user-defined ones are text, control tokens and the unknown one are special.</summary>
    private static IEnumerable<AddedToken> AddedTokens(GgufVocabulary vocabulary) =>
        from token in vocabulary.Tokens.Index()
        let kind = vocabulary.Kinds[token.Index]
        where kind is PieceKind.Control or PieceKind.Unknown or PieceKind.UserDefined && token.Item.Length > 0
        select new AddedToken(token.Item, token.Index) { IsSpecial = kind != PieceKind.UserDefined };

    /// <summary>The end of a text of a vocabulary that names none by its id: a known name, else the last token.</summary>
    private static int EndByName(GgufVocabulary vocabulary)
    {
        var ids = vocabulary.Tokens.Index().GroupBy(token => token.Item).ToDictionary(same => same.Key, same => same.First().Index);
        return NamesOfEnd.Where(ids.ContainsKey).Select(name => ids[name]).FirstOrDefault(vocabulary.Tokens.Count - 1);
    }
}
