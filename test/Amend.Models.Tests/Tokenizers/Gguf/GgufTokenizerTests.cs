using Amend.Models.Configuration;
using Amend.Models.Tokenizers;
using Amend.Models.Tokenizers.Gguf;
using Amend.Models.Tokenizers.Text;
using Amend.Tensors.Files.Gguf;

namespace Amend.Models.Tests.Tokenizers.Gguf;

public sealed class GgufTokenizerTests : IDisposable
{
    private const string Byte = "qwen2/model-f32.gguf";
    private const string Sentence = "llama_gqa/model-q4_0.gguf";
    private const string Text = "a   12   34567-b''S\n\nx";
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Where each of the rules cuts one text.</summary>
    public static TheoryData<string, string> Rules => new()
    {
        { "gpt-2", "a|  | 12|  | 34567|-|b|''|S|\n|\n|x" },
        { "smollm", "a|   |1|2|   |3|4|5|6|7|-|b|''|S|\n|\n|x" },
        { "starcoder", "a|   |1|2|   |3|4|5|6|7|-|b|''|S|\n|\n|x" },
        { "llama-bpe", "a|  | |12|  | |345|67|-b|''|S|\n\n|x" },
        { "qwen2", "a|  | |1|2|  | |3|4|5|6|7|-b|''|S|\n\n|x" },
        { "tekken", "a|  | |1|2|  | |3|4|5|6|7|-b|''|S|\n\n|x" },
        { "default", "a|  | |12|  | |345|67|-|b|''|S|\n|\n|x" },
        { "falcon", "a|  | 12|  | |345|67|-|b|''|S|\n|\n|x" },
        { "deepseek-coder", "a|   |1|2|   |3|4|5|6|7|-|b|''|S|\n|\n|x" },
        { "bloom", "a|  | 12|  | 34567-b''S|\n\n|x" },
        { "viking", "a|  | |1|2|  | |3|4|5|6|7|-b''S|\n\n|x" },
    };

    [Theory]
    [MemberData(nameof(Rules))]
    public void Texts_are_cut_into_words_by_the_rules_that_a_file_names(string name, string words)
    {
        var path = Rewrite(Byte, ("tokenizer.ggml.pre", name));
        using var file = GgufFile.Open(path);

        var found = GgufWordRules.Find(new GgufVocabulary(file.Metadata, path)).Make().Split(
            AlignedText.Of(Text, 0, Text.Length), TextPlace.Begins);

        Assert.Equal(words, string.Join('|', found.Select(word => Text[word.SourceOf(0).Start..word.SourceOf(word.Length - 1).End])));
    }

    /// <summary>Rules are known again by the words that they make of one text, on which no two others agree.</summary>
    [Theory]
    [MemberData(nameof(Rules))]
    public void Rules_are_known_by_what_they_make_of_the_sample(string name, string words)
    {
        Assert.NotEmpty(words);
        var path = Rewrite(Byte, ("tokenizer.ggml.pre", name));
        using var file = GgufFile.Open(path);
        var rules = GgufWordRules.Find(new GgufVocabulary(file.Metadata, path));

        Assert.Same(rules, GgufWordRules.Like(rules.Words(GgufWordRules.Sample), rules.IgnoresMerges));
        Assert.Null(GgufWordRules.Like(rules.Words(GgufWordRules.Sample).Skip(1), rules.IgnoresMerges));
    }

    [Fact]
    public void Unknown_rules_are_refused_by_their_name_and_where_a_file_names_none_that_is_told()
    {
        var refusal = Assert.Throws<ModelFormatException>(() => Load(Byte, ("tokenizer.ggml.pre", "gpt-9")));
        Assert.Contains("by the rules 'gpt-9' (tokenizer.ggml.pre), which are not known here, and others would give other tokens; known: gpt-2,", refusal.Message, StringComparison.Ordinal);

        using var model = LanguageModel.Load(Rewrite(Byte, ("tokenizer.ggml.pre", null)));
        Assert.Contains("does not say how texts are cut into words (tokenizer.ggml.pre)", Assert.Single(model.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void The_token_that_begins_a_text_is_put_in_front_where_the_file_says_so_or_its_kind_does()
    {
        Assert.Equal([304, 64], Load(Byte, ("tokenizer.ggml.add_bos_token", true)).Encode("a").Ids);
        Assert.Equal([64, 306], Load(Byte, ("tokenizer.ggml.add_eos_token", true)).Encode("a").Ids);
        Assert.Equal([64], Load(Byte, ("tokenizer.ggml.add_bos_token", null)).Encode("a").Ids);
        Assert.Equal([304, 64], Load(Byte, ("tokenizer.ggml.add_bos_token", null), ("tokenizer.ggml.pre", "llama-bpe")).Encode("a").Ids);
        Assert.Equal(1, Load(Sentence, ("tokenizer.ggml.add_bos_token", null)).Encode("a").Ids[0]);
        Assert.NotEqual(1, Load(Sentence, ("tokenizer.ggml.add_bos_token", false)).Encode("a").Ids[0]);
    }

    [Fact]
    public void A_space_is_put_in_front_unless_the_file_says_no()
    {
        var (with, without) = (Load(Sentence, ("tokenizer.ggml.add_space_prefix", null)), Load(Sentence, ("tokenizer.ggml.add_space_prefix", false)));

        Assert.Equal(without.Encode(" a").Ids, with.Encode("a").Ids);
        Assert.NotEqual(with.Encode("a").Ids, without.Encode("a").Ids);
        Assert.Equal(("a", "a"), (with.Decode(with.Encode("a").Ids), without.Decode(without.Encode("a").Ids)));
    }

    [Fact]
    public void Control_tokens_are_never_found_in_a_text_but_in_what_a_template_writes_and_user_defined_ones_always()
    {
        var control = Load(Byte);
        Assert.DoesNotContain(305, control.Encode("<|im_start|>").Ids);
        Assert.Equal([305, 64], control.EncodeWritten("<|im_start|>a", []).Ids);

        var kinds = Enumerable.Repeat(1, 312).ToArray();
        kinds[305] = 4;
        var userDefined = Load(Byte, ("tokenizer.ggml.token_type", kinds));
        Assert.Equal([64, 305, 64], userDefined.Encode("a<|im_start|>a").Ids);
    }

    [Fact]
    public void Without_kinds_of_tokens_the_named_ones_are_special()
    {
        var tokenizer = Load(Byte, ("tokenizer.ggml.token_type", null));

        Assert.Equal(["<|endoftext|>", "<|im_end|>"], tokenizer.SpecialTokens.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_vocabulary_that_names_no_end_has_a_known_one_or_the_last_token()
    {
        Assert.Equal(304, Load(Byte, ("tokenizer.ggml.eos_token_id", null)).EndOfText);
        Assert.Equal(2, Load(Sentence, ("tokenizer.ggml.eos_token_id", null)).EndOfText);
    }

    private ITokenizer Load(string file, params (string Key, object? Value)[] changes)
    {
        using var model = LanguageModel.Load(Rewrite(file, changes));
        return model.Tokenizer;
    }

    private string Rewrite(string file, params (string Key, object? Value)[] changes) =>
        GgufFixture.Rewrite(file, _folder.File($"{Guid.NewGuid():N}.gguf"), changes.ToDictionary(change => change.Key, change => change.Value));
}
