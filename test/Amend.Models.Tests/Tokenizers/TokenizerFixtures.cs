using Amend.Models.Tokenizers;
using Amend.Models.Tokenizers.Formats;

namespace Amend.Models.Tests.Tokenizers;

/// <summary>The small tokenizers of <c>test/fixtures</c>: one in the form of each family's, and the forms of other files.</summary>
internal static class TokenizerFixtures
{
    /// <summary>The families whose small <c>tokenizer.json</c> is byte-level: every text comes back.</summary>
    public static readonly string[] ByteLevel =
    [
        "gpt2", "gpt_neox", "bloom", "opt", "llama3", "qwen2", "roberta", "gpt_oss", "deepseek_v2", "deepseek_v3", "starcoder",
    ];

    /// <summary>The families whose small <c>tokenizer.json</c> is none of that kind.</summary>
    public static readonly string[] Others = ["bart", "llama2", "mistral", "gemma2", "phi3", "t5", "bert_cased", "distilbert_uncased", "qwen3", "command_r", "modernbert", "deberta_v3", "albert"];

    /// <summary>The golden cases that hold a vocabulary in another form.</summary>
    public static readonly string[] Files = ["sp_bpe_tiny", "sp_unigram_tiny", "wordpiece_tiny"];

    /// <summary>The forms of single parts, and llama2.c's tokenizer, which lies beside its model.</summary>
    public static readonly string[] Parts = ["unigram_nfkd", "wordpiece_parts", "stories260K"];

    /// <summary>The small tokenizers that a family's prompts may come to.</summary>
    public static IEnumerable<string> All => [.. ByteLevel, .. Others, .. Files];

    /// <summary>All of them.</summary>
    public static IEnumerable<string> Every => [.. All, .. Parts];

    public static string PathOf(string name) => Path.Combine(GoldenCases.At("tokenizer_json")[0].Folder, "..", "..", name);

    public static string Folder(string name) =>
        GoldenCases.At($"{(Files.Contains(name) ? "tokenizers" : name == "stories260K" ? "checkpoints" : "tokenizer_json")}/{name}")[0].Folder;

    public static PipelineTokenizer Load(string name, bool findsSpecialTokens = false) =>
        (PipelineTokenizer)TokenizerLoader.LoadOrNull(Folder(name), BuiltInFamilies.TokenizerDefaults, findsSpecialTokens)!;
}
