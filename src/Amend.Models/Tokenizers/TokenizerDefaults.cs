namespace Amend.Models.Tokenizers;

/// <summary>What a family's tokenizers do where their files say nothing.</summary>
public sealed record TokenizerDefaults
{
    /// <summary>A family whose files say all.</summary>
    public static TokenizerDefaults None { get; } = new();

    /// <summary>The names of Hugging Face's classes of tokenizers that the family's files name, without <c>Fast</c>.</summary>
    public IReadOnlyList<string> Classes { get; init; } = [];

    /// <summary>Of byte-level BPE in <c>vocab.json</c> and <c>merges.txt</c>; null where the family has no such files.</summary>
    public ByteLevelDefaults? ByteLevel { get; init; }

    /// <summary>Of a SentencePiece model; null where the family has none.</summary>
    public SentencePieceDefaults? SentencePiece { get; init; }
}

/// <summary>What byte-level BPE does where its files say nothing.</summary>
/// <param name="Begins">Whether a text gets the token that begins one.</param>
/// <param name="Ends">Whether a text gets the token that ends one.</param>
public sealed record ByteLevelDefaults(bool Begins = false, bool Ends = false)
{
    /// <summary>The token that begins a text, where no file names it.</summary>
    public string BeginOfText { get; init; } = "<s>";

    /// <summary>
    /// The regular expression of the words of the family's class of tokenizers, which composes characters first (NFC); GPT-2's words and
    /// no composition when null.
    /// </summary>
    public string? Words { get; init; }
}

/// <summary>What a SentencePiece tokenizer does where its files say nothing.</summary>
/// <param name="Begins">Whether a text gets the token that begins one.</param>
/// <param name="Ends">Whether a text gets the token that ends one.</param>
public sealed record SentencePieceDefaults(bool Begins = false, bool Ends = false)
{
    /// <summary>The token that begins a text, where no file names it; the model's own when null.</summary>
    public string? BeginOfText { get; init; }

    /// <summary>The token that ends a text, where no file names it; the model's own when null.</summary>
    public string? EndOfText { get; init; }

    /// <summary>The token that stands for a masked word and takes the space before it; null where none does.</summary>
    public string? Mask { get; init; }

    /// <summary>
    /// Whether texts are made simpler before the model's own rules, as in ALBERT: LaTeX's quotes become plain ones, accents are taken off
    /// (unless <c>keep_accents</c> is true) and letters are small (unless <c>do_lower_case</c> is false).
    /// </summary>
    public bool Simplifies { get; init; }

    /// <summary>How many sentinels <c>&lt;extra_id_N&gt;</c> lie behind the pieces.</summary>
    public int Sentinels { get; init; }
}
