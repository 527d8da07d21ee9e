using Amend.Models.Tokenizers;

namespace Amend.Models.Tests.Tokenizers;

/// <summary>The small tokenizers of <c>test/fixtures</c>: one in the form of each family's, and the forms of other files.</summary>
internal static class TokenizerFixtures
{
    /// <summary>The families whose small <c>tokenizer.json</c> is byte-level: every text comes back.</summary>
    public static readonly string[] ByteLevel = ["gpt2", "gpt_neox", "bloom", "opt", "llama3", "qwen2", "roberta"];

    /// <summary>The families whose small <c>tokenizer.json</c> is none of that kind.</summary>
    public static readonly string[] Others = ["bart", "llama2", "mistral", "gemma2", "phi3", "t5", "bert_cased", "distilbert_uncased"];

    /// <summary>The golden cases that hold a vocabulary in another form.</summary>
    public static readonly string[] Files = ["sp_bpe_tiny", "sp_unigram_tiny", "wordpiece_tiny"];

    public static IEnumerable<string> All => [.. ByteLevel, .. Others, .. Files];

    public static string PathOf(string name) => Path.Combine(GoldenCases.At("tokenizer_json")[0].Folder, "..", "..", name);

    public static string Folder(string name) => GoldenCases.At($"{(Files.Contains(name) ? "tokenizers" : "tokenizer_json")}/{name}")[0].Folder;

    public static PipelineTokenizer Load(string name, bool findsSpecialTokens = false) =>
        (PipelineTokenizer)TokenizerLoader.LoadOrNull(Folder(name), findsSpecialTokens)!;
}
