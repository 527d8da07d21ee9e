using Amend.Models.Configuration;
using Amend.Models.Tokenizers.Decoding;
using Amend.Models.Tokenizers.Formats;
using Amend.Models.Tokenizers.Pieces;
using Amend.Tensors.Files.Gguf;

namespace Amend.Models.Tokenizers.Gguf;

/// <summary>
/// The keys <c>tokenizer.ggml.*</c> of a tokenizer in Hugging Face's form, as llama.cpp's converter writes them: byte-level BPE with its
/// merges and the name of its word rules, SentencePiece's BPE with scores. What the keys say is read again before it is written, and a
/// tokenizer of which they would make another is refused.
/// </summary>
internal sealed class GgufTokenizerKeys
{
    private const string Begin = "bos";
    private const string End = "eos";
    private const string Parting = "seperator";
    private readonly string _folder;
    private readonly PipelineTokenizer _tokenizer;
    private readonly PipelineParts _parts;
    private readonly TokenizerSettings _settings;
    private readonly GgufTokenList _tokens;
    private readonly int _count;

    private GgufTokenizerKeys(string folder, PipelineTokenizer tokenizer, int count)
    {
        (_folder, _tokenizer, _parts, _count) = (folder, tokenizer, tokenizer.Parts, count);
        if (tokenizer.VocabularySize > count)
            throw Refusal($"it has {tokenizer.VocabularySize} ids, and config.json a vocab_size of {count}");
        _settings = TokenizerSettings.Read(folder);
        _tokens = new GgufTokenList(count);
    }

    /// <summary>The keys.</summary>
    /// <param name="folder">The folder of the tokenizer's files.</param>
    /// <param name="tokenizer">The folder's tokenizer.</param>
    /// <param name="count">The number of ids that the model has.</param>
    /// <exception cref="ModelFormatException">The tokenizer is of a kind that no such file says.</exception>
    public static IReadOnlyList<(string Key, object Value)> Of(string folder, PipelineTokenizer tokenizer, int count)
    {
        var maker = new GgufTokenizerKeys(folder, tokenizer, count);
        (string, object)[] keys = [.. maker.Vocabulary(), .. maker.Ids(), .. maker.Flags()];
        maker.RefuseOther(keys);
        return keys;
    }

    /// <summary>The tokens; a SentencePiece model says more of them than a tokenizer.json beside it.</summary>
    private IEnumerable<(string, object)> Vocabulary()
    {
        if (SentencePieceFormat.ReadOrNull(_folder) is { IsBytePairEncoding: true } file)
            return SentencePiece(file.Pieces);
        return (_parts.Model is WordCache cache ? cache.Model : _parts.Model) switch
        {
            ScoredBpeModel scored => SentencePiece(scored.Pieces),
            BpeModel { Options.ByteFallback: true } bytes => SentencePiece(Scored(bytes)),
            BpeModel words when _parts.Decoder is ByteLevelDecoder => ByteLevel(words),
            _ => throw Refusal("it is neither a byte-level BPE nor a BPE of SentencePiece"),
        };
    }

    /// <summary>Pieces in the stand-ins of their bytes, with merges.</summary>
    private IEnumerable<(string, object)> ByteLevel(BpeModel model)
    {
        foreach (var (id, piece) in _parts.Pieces)
            _tokens.Set(id, new ScoredPiece(piece, 0));
        foreach (var token in _parts.AddedTokens)
            _tokens.Set(token);
        foreach (var (_, id) in NamedIds())
            _tokens.Reserve(id);
        var rules = GgufWordRules.Like(_tokenizer.Words(GgufWordRules.Sample), model.Options.IgnoresMerges)
            ?? throw Refusal("it cuts texts into words by rules that have no name there (tokenizer.ggml.pre)");
        return
        [
            (GgufVocabulary.ModelKey, GgufVocabulary.ByteLevel),
            (GgufVocabulary.RulesKey, rules.Names[0]),
            (GgufVocabulary.TokensKey, _tokens.Texts),
            (GgufVocabulary.KindsKey, _tokens.Kinds),
            (GgufVocabulary.MergesKey,
                (string[])[.. model.Merges.Select(merge => $"{_parts.Pieces[merge.Left]} {_parts.Pieces[merge.Right]}")]),
        ];
    }

    /// <summary>Pieces with scores; tokens that files beside them add take the place of theirs.</summary>
    private (string, object)[] SentencePiece(IReadOnlyList<ScoredPiece> pieces)
    {
        foreach (var (id, piece) in pieces.Take(_count).Index())
            _tokens.Set(id, piece.Kind == PieceKind.UserDefined ? piece with { Kind = PieceKind.Normal } : piece);
        foreach (var token in _settings.AddedTokens.Where(token => token.Id < _count))
            _tokens.Set(token);
        foreach (var token in _parts.AddedTokens.Where(token => !_tokens.Has(token.Id)))
            _tokens.Set(token);
        (string, object)[] keys =
        [
            (GgufVocabulary.ModelKey, GgufVocabulary.SentencePiece),
            (GgufVocabulary.RulesKey, GgufWordRules.Default),
            (GgufVocabulary.TokensKey, _tokens.Texts),
            (GgufVocabulary.ScoresKey, _tokens.Scores),
            (GgufVocabulary.KindsKey, _tokens.Kinds),
        ];
        var isPrefixed = _tokenizer.Words("x").First().StartsWith(SentencePieceMark.Character);
        return isPrefixed ? keys : [.. keys, (GgufVocabulary.FlagKey("add_space_prefix"), false)];
    }

    /// <summary>The pieces of a BPE whose merges stand for scores, as Hugging Face's form of SentencePiece's BPE has it.</summary>
    private ScoredPiece[] Scored(BpeModel model)
    {
        var scores = new Dictionary<int, int>();
        foreach (var (_, _, merged) in model.Merges)
            scores.TryAdd(merged, -scores.Count);
        var pieces = new ScoredPiece[_parts.Pieces.Keys.Max() + 1];
        for (var id = 0; id < pieces.Length; id++)
        {
            var text = _parts.Pieces.GetValueOrDefault(id) ?? throw Refusal($"it has no piece with the id {id}");
            var kind = id == model.Options.Unknown ? PieceKind.Unknown
                : ByteFallback.TryByteOf(text, out _) ? PieceKind.Byte
                : PieceKind.Normal;
            pieces[id] = new ScoredPiece(text, scores.GetValueOrDefault(id, -scores.Count), kind);
        }

        foreach (var token in _parts.AddedTokens.Where(token => token.IsSpecial && token.Id < pieces.Length))
        {
            if (pieces[token.Id].Kind == PieceKind.Normal)
                pieces[token.Id] = pieces[token.Id] with { Kind = PieceKind.Control };
        }

        return pieces;
    }

    private IEnumerable<(string, object)> Ids() => NamedIds().Select(named => (GgufVocabulary.IdKey(named.Key), (object)(uint)named.Id));

    /// <summary>The ids that files name: by a token's text, else by the id in <c>config.json</c>.</summary>
    private IEnumerable<(string Key, int Id)> NamedIds() =>
        from named in GgufVocabulary.Named
        let text = _settings.Token(named.Name)
        let id = (text is null ? null : _tokenizer.IdOf(text)) ?? _settings.ModelId($"{named.Name}_id") ?? OwnId(named.Key)
        where id >= 0 && id < _count
        select (named.Key, id.Value);

    private int? OwnId(string key) => key == Begin ? _parts.BeginOfText : key == End ? _parts.EndOfText : null;

    /// <summary>What is put around a text; whether tokens between two texts part them is said where there are any.</summary>
    private IEnumerable<(string, object)> Flags()
    {
        var template = _parts.Template;
        yield return (GgufVocabulary.FlagKey("add_bos_token"), template.Before.Count > 0);
        yield return (GgufVocabulary.FlagKey("add_eos_token"), template.After.Count > 0);
        if (template.Pair.Between is { Count: > 0 } between)
        {
            var parts = NamedIds().Where(named => named.Key is End or Parting).Select(named => named.Id);
            yield return (GgufVocabulary.FlagKey("add_sep_token"), between.Any(parts.Contains));
        }
    }

    /// <summary>Refuses keys of which another tokenizer is made.</summary>
    private void RefuseOther(IReadOnlyList<(string, object)> keys)
    {
        var written = GgufTokenizer.Create(new GgufVocabulary(GgufMetadata.Of(_folder, keys), _folder), findsSpecialTokens: false);
        var (asked, found) = (_tokenizer.Encode(GgufWordRules.Sample).Ids, written.Encode(GgufWordRules.Sample).Ids);
        var same = asked.Zip(found).TakeWhile(pair => pair.First == pair.Second).Count();
        if (same < asked.Count || same < found.Count)
            throw Refusal($"read from one, it makes other tokens of a text (from its token {same} on)");
    }

    private ModelFormatException Refusal(string found) =>
        new($"The tokenizer of '{_folder}' cannot be written into a GGUF file: {found}; write --to hf or lora instead.");
}
