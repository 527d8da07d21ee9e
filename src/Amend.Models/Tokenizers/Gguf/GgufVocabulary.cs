using Amend.Models.Configuration;
using Amend.Models.Tokenizers.Pieces;
using Amend.Tensors.Files.Gguf;

namespace Amend.Models.Tokenizers.Gguf;

/// <summary>The keys <c>tokenizer.ggml.*</c> of a GGUF file, each read when it is asked for and checked against the others.</summary>
internal sealed class GgufVocabulary
{
    /// <summary>The key that names the kind of tokenizer.</summary>
    public const string ModelKey = Prefix + "model";

    /// <summary>The key of the rules by which a text is cut into words.</summary>
    public const string RulesKey = Prefix + "pre";

    /// <summary>The key of the tokens.</summary>
    public const string TokensKey = Prefix + "tokens";

    /// <summary>The key of what each token is for.</summary>
    public const string KindsKey = Prefix + "token_type";

    /// <summary>The key of each token's score.</summary>
    public const string ScoresKey = Prefix + "scores";

    /// <summary>The key of the merges.</summary>
    public const string MergesKey = Prefix + "merges";

    /// <summary>The kind of byte-level BPE.</summary>
    public const string ByteLevel = "gpt2";

    /// <summary>The kind of SentencePiece's BPE.</summary>
    public const string SentencePiece = "llama";

    private const string Prefix = "tokenizer.ggml.";

    /// <summary>The kinds that say that there is no tokenizer.</summary>
    private static readonly string[] NoModel = ["none", "no_vocab"];

    /// <summary>The keys of the ids that end an answer: the text's end, the turn's and the message's.</summary>
    private static readonly string[] EndKeys = ["eos", "eot", "eom"];

    /// <summary>The ends of a turn that chat models have though a file may not name them by a key.</summary>
    private static readonly string[] EndsOfTurn = ["<|eot_id|>", "<|im_end|>", "<|end|>", "<end_of_turn>"];

    /// <summary>Ids by the names that Hugging Face's files have for them and those of the keys.</summary>
    public static IReadOnlyList<(string Name, string Key)> Named { get; } =
    [
        ("bos_token", "bos"), ("eos_token", "eos"), ("unk_token", "unknown"), ("sep_token", "seperator"), ("pad_token", "padding"),
        ("cls_token", "cls"), ("mask_token", "mask"),
    ];

    private readonly GgufMetadata _metadata;
    private readonly Lazy<IReadOnlyList<string>> _tokens;
    private readonly Lazy<IReadOnlyList<PieceKind>> _kinds;

    /// <summary>Reads of a file that is open for as long.</summary>
    /// <param name="metadata">Its keys.</param>
    /// <param name="path">Its path, for messages.</param>
    public GgufVocabulary(GgufMetadata metadata, string path)
    {
        (_metadata, Path) = (metadata, path);
        _tokens = new(() => metadata.Texts(TokensKey));
        _kinds = new(ReadKinds);
    }

    /// <summary>The file's path.</summary>
    public string Path { get; }

    /// <summary>Whether the file has a tokenizer.</summary>
    public bool Exists => _metadata.TextOrNone(ModelKey) is { } model && !NoModel.Contains(model);

    /// <summary>The kind of tokenizer, such as <c>gpt2</c> or <c>llama</c>.</summary>
    public string Model => _metadata.Text(ModelKey);

    /// <summary>The name of the rules by which a text is cut into words; null where the file has none.</summary>
    public string? PreTokenizer => _metadata.TextOrNone(RulesKey);

    /// <summary>What is worth knowing, a sentence each.</summary>
    public IReadOnlyList<string> Notes => Exists && Model == ByteLevel && PreTokenizer is null
        ? [$"'{Path}' does not say how texts are cut into words (tokenizer.ggml.pre), so some texts may get other tokens than those "
            + "that the model was trained with; take a newer file of it."]
        : [];

    /// <summary>The tokens by id.</summary>
    /// <exception cref="Tensors.AmendException">They are missing or mistyped.</exception>
    public IReadOnlyList<string> Tokens => _tokens.Value;

    /// <summary>What each token is for.</summary>
    /// <exception cref="Tensors.AmendException">The key is mistyped or has another number of entries than there are tokens.</exception>
    public IReadOnlyList<PieceKind> Kinds => _kinds.Value;

    /// <summary>The score of each token.</summary>
    /// <exception cref="Tensors.AmendException">They are missing or mistyped, or there is another number than of tokens.</exception>
    public IReadOnlyList<double> Scores => OneEach(ScoresKey, _metadata.Numbers(ScoresKey));

    /// <summary>The merges, the best-ranked first.</summary>
    /// <exception cref="Tensors.AmendException">They are missing or mistyped.</exception>
    /// <exception cref="FormatException">One is not two pieces.</exception>
    public IReadOnlyList<(string Left, string Right)> Merges =>
    [
        .. _metadata.Texts(MergesKey).Select(merge => merge.IndexOf(' ') is > 0 and var at && at + 1 < merge.Length
            && merge.IndexOf(' ', at + 1) < 0
            ? (merge[..at], merge[(at + 1)..])
            : throw new FormatException($"the merge '{merge}' is not two pieces with a space between")),
    ];

    /// <summary>The ids that end what the model generates.</summary>
    /// <exception cref="Tensors.AmendException">One is no id of the vocabulary.</exception>
    public IReadOnlyList<int> Ends
    {
        get
        {
            if (!Exists)
                return [];
            var named = EndKeys.Select(Id).OfType<int>();
            var ofTurns = Enumerable.Range(0, Tokens.Count).Where(id => Kinds[id] == PieceKind.Control && EndsOfTurn.Contains(Tokens[id]));
            return [.. named.Concat(ofTurns).Distinct()];
        }
    }

    /// <summary>The special tokens that chat templates may name, such as <c>bos_token</c>.</summary>
    public IReadOnlyDictionary<string, string> NamedTokens =>
        (from token in Named
         let id = Id(token.Key)
         where id is not null
         select (token.Name, Text: Tokens[id.Value])).ToDictionary(token => token.Name, token => token.Text);

    /// <summary>The id of a special token.</summary>
    /// <param name="key">The key between <c>tokenizer.ggml.</c> and <c>_token_id</c>.</param>
    /// <returns>The id; null where the file names none.</returns>
    /// <exception cref="Tensors.AmendException">It is no id of the vocabulary.</exception>
    public int? Id(string key)
    {
        var full = IdKey(key);
        return _metadata.IntegerOrNone(full) is not { } id ? null
            : id >= 0 && id < Tokens.Count ? (int)id
            : throw new ModelFormatException(
                $"'{Path}': {full} is {id}, which is out of range for {Tokens.Count} tokens; convert the model again.");
    }

    /// <summary>A flag, such as <c>add_bos_token</c>; null where the file does not say.</summary>
    /// <exception cref="Tensors.AmendException">The key is mistyped.</exception>
    public bool? Flag(string key) => _metadata.FlagOrNone(FlagKey(key));

    /// <summary>The full key of a special token's id.</summary>
    /// <param name="key">The key between <c>tokenizer.ggml.</c> and <c>_token_id</c>.</param>
    public static string IdKey(string key) => $"{Prefix}{key}_token_id";

    /// <summary>The full key of a flag, such as <c>add_bos_token</c>.</summary>
    public static string FlagKey(string flag) => Prefix + flag;

    private PieceKind[] ReadKinds()
    {
        if (_metadata.IntegersOrNone(KindsKey) is { } kinds)
            return [.. OneEach(KindsKey, kinds).Select(kind => (PieceKind)kind)];
        var special = Named.Select(token => Id(token.Key)).OfType<int>().ToHashSet();
        return [.. Enumerable.Range(0, Tokens.Count).Select(id => special.Contains(id) ? PieceKind.Control : PieceKind.Normal)];
    }

    private IReadOnlyList<T> OneEach<T>(string key, IReadOnlyList<T> values) => values.Count == Tokens.Count
        ? values
        : throw new ModelFormatException(
            $"'{Path}': {key} has {values.Count} entries for {Tokens.Count} tokens; convert the model again.");
}
