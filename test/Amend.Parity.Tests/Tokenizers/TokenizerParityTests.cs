using System.Security.Cryptography;
using Amend.Models.Tokenizers;

namespace Amend.Parity.Tests.Tokenizers;

/// <summary>Ids and decoded texts of the reference tokenizers, exactly.</summary>
[Trait("kind", "parity")]
public sealed class TokenizerParityTests
{
    private const string VocabularyVariable = "AMEND_GOLDEN_VOCAB";

    public static TheoryData<string> Tiny => GoldenCases.Rows(GoldenCases.At("tokenizer_tiny"));

    public static TheoryData<string> Others => GoldenCases.Rows("tokenizers");

    [Theory]
    [MemberData(nameof(Tiny))]
    public void The_tokenizer_of_the_algorithm_cases_gives_the_ids_of_the_reference(string id)
    {
        var golden = GoldenCases.Find(id);

        AssertCases(ByteLevelBpeTokenizer.Load(golden.Folder), EncodeCase.Read(golden.Json("encode_cases.json")));
    }

    [Theory]
    [MemberData(nameof(Others))]
    public void A_published_tokenizer_gives_the_ids_of_the_reference(string id)
    {
        var golden = GoldenCases.Find(id);
        Assert.SkipUnless(golden.Name == "gpt2_real_vocab", $"The tokenizer of '{golden.Name}' is not built in yet; built in: byte-level BPE.");
        var folder = VocabularyFolder();
        Assert.SkipUnless(
            folder is not null,
            $"GPT-2's vocabulary is not part of the repository; put vocab.json and merges.txt into a folder and name it in {VocabularyVariable}.");
        var file = golden.Json("case.json");

        Assert.Equal(file.GetProperty("vocab_sha256").GetString(), Sha256(Path.Combine(folder!, "vocab.json")));
        Assert.Equal(file.GetProperty("merges_sha256").GetString(), Sha256(Path.Combine(folder!, "merges.txt")));
        var tokenizer = ByteLevelBpeTokenizer.Load(folder!);
        Assert.Equal(file.GetProperty("size").GetInt32(), tokenizer.VocabularySize);
        AssertCases(tokenizer, EncodeCase.Read(file));
    }

    private static void AssertCases(ByteLevelBpeTokenizer tokenizer, IReadOnlyList<EncodeCase> cases)
    {
        Assert.NotEmpty(cases);
        Assert.All(cases, expected =>
        {
            Assert.Equal(expected.Ids, tokenizer.Encode(expected.Text).Ids);
            Assert.Equal(expected.Decoded, tokenizer.Decode(expected.Ids));
        });
    }

    private static string? VocabularyFolder()
    {
        var named = Environment.GetEnvironmentVariable(VocabularyVariable);
        var golden = Environment.GetEnvironmentVariable(GoldenCases.RootVariable);
        var folders = new List<string>();
        if (!string.IsNullOrEmpty(named))
            folders.Add(named);
        if (!string.IsNullOrEmpty(golden))
            folders.Add(Path.Combine(golden, "..", "data", "vocab", "gpt2"));
        return folders.Find(folder => File.Exists(Path.Combine(folder, "vocab.json")) && File.Exists(Path.Combine(folder, "merges.txt")));
    }

    private static string Sha256(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));
}
