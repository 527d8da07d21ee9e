using Amend.Models;
using Amend.Models.Inspection;
using Amend.Tensors;

namespace Amend.Parity.Tests.Gguf;

/// <summary>Files whose container is sound and whose model is not are refused with the sentence that the golden list asks for.</summary>
[NoTensorLeaks]
[Trait("kind", "parity")]
public sealed class GgufBrokenModelParityTests
{
    private const string NoTokenizer = "missing_tokenizer.gguf";

    /// <summary>In the message's own words what the golden list (<c>must_complain_of</c>) asks it to say.</summary>
    private static readonly Dictionary<string, string> Said = new()
    {
        ["missing_architecture.gguf"] = "has no key 'general.architecture'",
        ["architecture_wrong_type.gguf"] = "key 'general.architecture'",
        ["unknown_architecture.gguf"] = "is of the architecture 'nosuchmodel', which this version does not read",
        ["unknown_tokenizer.gguf"] = "a tokenizer of the kind 'nosuch'",
        ["missing_hyperparameter.gguf"] = "has no key 'llama.attention.head_count'",
        ["missing_epsilon.gguf"] = "has no key 'llama.attention.layer_norm_rms_epsilon'",
        ["head_count_0.gguf"] = "llama.attention.head_count is 0",
        ["block_count_too_large.gguf"] = "'blk.1.attn_norm.weight' is missing",
        ["hyperparameter_wrong_type.gguf"] = "key 'llama.embedding_length'",
        ["tensor_wrong_shape.gguf"] = "'blk.0.attn_q.weight' is [4,8] where [8,8] was expected",
        ["missing_tensor.gguf"] = "'blk.0.ffn_up.weight' is missing",
        ["missing_embedding.gguf"] = "'token_embd.weight' is missing",
        ["token_count_mismatch.gguf"] = "has 16 entries for 15 tokens",
        ["score_count_mismatch.gguf"] = "tokenizer.ggml.scores has 13 entries for 16 tokens",
        ["tokens_not_strings.gguf"] = "key 'tokenizer.ggml.tokens'",
        ["bos_out_of_range.gguf"] = "tokenizer.ggml.bos_token_id is 500, which is out of range for 16 tokens",
        ["merges_malformed.gguf"] = "the merge 'he' is not two pieces",
        ["split_missing-00001-of-00002.gguf"] = "'split_missing-00002-of-00002.gguf', is missing",
        ["split_second_alone.gguf"] = "not the first part of a split model",
    };

    public static TheoryData<string, string> Broken => Rows(entry => entry.Stage == "model" && entry.File != NoTokenizer);

    public static TheoryData<string, string> Unusual => Rows(entry => entry.Stage == "none");

    public static TheoryData<string, string> WithoutTokenizer => Rows(entry => entry.File == NoTokenizer);

    [Theory]
    [MemberData(nameof(Broken))]
    public void A_broken_model_is_refused_with_what_is_wrong_and_the_doctor_says_the_same_once(string id, string name)
    {
        var path = GoldenCases.Find(id).File(name);

        var refusal = Assert.ThrowsAny<AmendException>(() => LanguageModel.Load(path));
        var found = ModelInspection.Run(path);

        Assert.Contains(Said[name], refusal.Message, StringComparison.Ordinal);
        Assert.Contains(name, refusal.Message, StringComparison.Ordinal);
        Assert.Single(found.Problems, problem => problem == refusal.Message);
    }

    [Theory]
    [MemberData(nameof(WithoutTokenizer))]
    public void A_file_without_a_tokenizer_is_asked_by_ids_and_that_is_told(string id, string name)
    {
        using var model = LanguageModel.Load(GoldenCases.Find(id).File(name));

        Assert.Contains("has no tokenizer (tokenizer.ggml.model), so it can be asked by token ids only", Assert.Single(model.Notes), StringComparison.Ordinal);
        Assert.False(model.HasTokenizer);
        var refusal = Assert.ThrowsAny<AmendException>(() => model.Tokenize("he"));
        Assert.Equal("'missing_tokenizer' has no tokenizer in its file and can be asked by token ids only; take a file with one.", refusal.Message);
    }

    [Theory]
    [MemberData(nameof(Unusual))]
    public void An_unusual_file_is_a_model_without_problems(string id, string name)
    {
        var path = GoldenCases.Find(id).File(name);

        using var model = LanguageModel.Load(path);

        Assert.Empty(ModelInspection.Run(path).Problems);
        Assert.NotEmpty(model.Complete("he"));
    }

    private static TheoryData<string, string> Rows(Func<(string File, string Stage), bool> isWanted)
    {
        var rows = new TheoryData<string, string>();
        foreach (var golden in GoldenCases.At("gguf/broken"))
        {
            foreach (var entry in golden.Json("broken.json").EnumerateArray())
            {
                var file = entry.GetProperty("file").GetString()!;
                if (isWanted((file, entry.GetProperty("stage").GetString()!)))
                    rows.Add(golden.Id, file);
            }
        }

        return rows;
    }
}
