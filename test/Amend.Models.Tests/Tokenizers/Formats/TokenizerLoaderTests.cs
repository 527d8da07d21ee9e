using Amend.Models.Configuration;
using Amend.Models.Tokenizers;
using Amend.Models.Tokenizers.Formats;

namespace Amend.Models.Tests.Tokenizers.Formats;

public sealed class TokenizerLoaderTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_folder_without_tokenizer_files_has_no_tokenizer()
    {
        Assert.Null(TokenizerLoader.LoadOrNull(_folder.Path, BuiltInFamilies.TokenizerDefaults));
    }

    [Fact]
    public void A_tokenizer_json_comes_before_the_files_it_was_made_from()
    {
        Copy("sp_bpe_tiny", "tokenizer.model");
        Assert.Equal(420, TokenizerLoader.LoadOrNull(_folder.Path, BuiltInFamilies.TokenizerDefaults)!.VocabularySize);

        Copy("gpt2", "tokenizer.json");
        Assert.Equal(TokenizerFixtures.Load("gpt2").VocabularySize, TokenizerLoader.LoadOrNull(_folder.Path, BuiltInFamilies.TokenizerDefaults)!.VocabularySize);
    }

    [Theory]
    [InlineData("tokenizer_config.json", """{"tokenizer_class": "LlamaTokenizer"}""", 1, 0)]
    [InlineData("tokenizer_config.json", """{"tokenizer_class": "LlamaTokenizerFast", "add_eos_token": true}""", 1, 1)]
    [InlineData("tokenizer_config.json", """{"tokenizer_class": "LlamaTokenizer", "add_bos_token": false}""", 0, 0)]
    [InlineData("config.json", """{"model_type": "mistral"}""", 1, 0)]
    [InlineData("config.json", """{"model_type": "t5"}""", 0, 1)]
    [InlineData("config.json", """{"model_type": "gpt2"}""", 0, 0)]
    public void A_SentencePiece_model_gets_the_special_tokens_of_its_class_or_family(string file, string content, int before, int after)
    {
        Copy("sp_bpe_tiny", "tokenizer.model");
        File.WriteAllText(_folder.File(file), content);

        var tokenizer = TokenizerLoader.LoadOrNull(_folder.Path, BuiltInFamilies.TokenizerDefaults)!;
        var tokens = tokenizer.Encode("Paris");

        Assert.Equal(before, tokens.Ids.Count(id => id == 1));
        Assert.Equal(after, tokens.Ids.Count(id => id == 2));
        Assert.Equal((1, 2), (tokenizer.BeginOfText, tokenizer.EndOfText));
    }

    [Fact]
    public void DeBERTa_calls_its_SentencePiece_model_otherwise_and_puts_its_own_tokens_around_a_text()
    {
        Copy("sp_unigram_tiny", "tokenizer.model");
        var plain = TokenizerLoader.LoadOrNull(_folder.Path, BuiltInFamilies.TokenizerDefaults)!.Encode("A house").Ids;
        File.Move(_folder.File("tokenizer.model"), _folder.File("spm.model"));
        File.WriteAllText(_folder.File("config.json"), """{"model_type": "deberta-v2"}""");
        File.WriteAllText(_folder.File("tokenizer_config.json"), """{"bos_token": "[CLS]", "eos_token": "[SEP]"}""");
        File.WriteAllText(_folder.File("added_tokens.json"), """{"[CLS]": 170, "[SEP]": 171, "[MASK]": 172}""");

        var tokenizer = (PipelineTokenizer)TokenizerLoader.LoadOrNull(_folder.Path, BuiltInFamilies.TokenizerDefaults, findsSpecialTokens: true)!;

        Assert.Equal([170, .. plain, 171], tokenizer.Encode("A house").Ids);
        Assert.Contains(172, tokenizer.Encode("A [MASK] house").Ids);
    }

    [Theory]
    [InlineData("{}", "\"heroes\" of fire")]
    [InlineData("""{"do_lower_case": false}""", "\"Heroes\" of Fire")]
    [InlineData("""{"keep_accents": true}""", "\"héroes\" of ﬁre")]
    public void ALBERT_makes_a_text_simpler_before_its_SentencePiece_model_reads_it(string settings, string simpler)
    {
        Copy("sp_unigram_tiny", "tokenizer.model");
        var plain = TokenizerLoader.LoadOrNull(_folder.Path, BuiltInFamilies.TokenizerDefaults)!;
        File.WriteAllText(_folder.File("config.json"), """{"model_type": "albert"}""");
        File.WriteAllText(_folder.File("tokenizer_config.json"), settings);

        var albert = TokenizerLoader.LoadOrNull(_folder.Path, BuiltInFamilies.TokenizerDefaults)!;

        Assert.Equal(plain.EncodeContinuation(simpler).Ids, albert.EncodeContinuation("``Héroes'' of Fire").Ids);
    }

    [Fact]
    public void T5_has_a_hundred_sentinels_behind_its_pieces()
    {
        Copy("sp_unigram_tiny", "tokenizer.model");
        File.WriteAllText(_folder.File("config.json"), """{"model_type": "t5"}""");

        var tokenizer = (PipelineTokenizer)TokenizerLoader.LoadOrNull(_folder.Path, BuiltInFamilies.TokenizerDefaults, findsSpecialTokens: true)!;

        Assert.Equal((270, 269, 170), (tokenizer.VocabularySize, tokenizer.IdOf("<extra_id_0>"), tokenizer.IdOf("<extra_id_99>")));
        Assert.Contains(269, tokenizer.Encode("The <extra_id_0> is").Ids);
    }

    [Theory]
    [InlineData(true, " <s>The", false)]
    [InlineData(false, " <s>The", true)]
    public void Behind_a_special_token_a_space_begins_text_only_where_the_files_say_legacy(bool legacy, string text, bool isBare)
    {
        Copy("sp_bpe_tiny", "tokenizer.model");
        File.WriteAllText(_folder.File("tokenizer_config.json"), $$"""{"tokenizer_class": "LlamaTokenizer", "legacy": {{(legacy ? "true" : "false")}}}""");

        var tokenizer = (PipelineTokenizer)TokenizerLoader.LoadOrNull(_folder.Path, BuiltInFamilies.TokenizerDefaults, findsSpecialTokens: true)!;
        var behind = tokenizer.Encode(text).Ids.Skip(1).SkipWhile(id => id != 1).Skip(1).First();

        Assert.Equal(isBare, !tokenizer.PieceOf(behind).StartsWith('▁'));
    }

    [Fact]
    public void Bytes_of_vocabulary_files_get_the_special_tokens_of_their_family()
    {
        File.WriteAllText(_folder.File("vocab.json"), """{"<s>": 0, "<pad>": 1, "</s>": 2, "a": 3, "b": 4, "ab": 5}""");
        File.WriteAllText(_folder.File("merges.txt"), "#version: 0.2\na b\n");
        Assert.Equal([5], TokenizerLoader.LoadOrNull(_folder.Path, BuiltInFamilies.TokenizerDefaults)!.Encode("ab").Ids);

        File.WriteAllText(_folder.File("config.json"), """{"model_type": "opt"}""");
        Assert.Equal([2, 5], TokenizerLoader.LoadOrNull(_folder.Path, BuiltInFamilies.TokenizerDefaults)!.Encode("ab").Ids);

        File.WriteAllText(_folder.File("config.json"), """{"model_type": "roberta"}""");
        Assert.Equal([0, 5, 2], TokenizerLoader.LoadOrNull(_folder.Path, BuiltInFamilies.TokenizerDefaults)!.Encode("ab").Ids);
        Assert.Equal("ab", TokenizerLoader.LoadOrNull(_folder.Path, BuiltInFamilies.TokenizerDefaults)!.Decode([0, 5, 2]));
    }

    [Fact]
    public void A_WordPiece_vocabulary_is_uncased_unless_its_files_say_otherwise()
    {
        File.WriteAllText(_folder.File("vocab.txt"), "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nParis\nparis\ncafe\ncafé\n日\n");
        Assert.Equal([2, 6, 7, 9, 4, 3], TokenizerLoader.LoadOrNull(_folder.Path, BuiltInFamilies.TokenizerDefaults)!.Encode("Paris Café日[MASK]").Ids);

        File.WriteAllText(_folder.File("tokenizer_config.json"), """{"do_lower_case": false}""");
        Assert.Equal([2, 5, 8, 3], TokenizerLoader.LoadOrNull(_folder.Path, BuiltInFamilies.TokenizerDefaults)!.Encode("Paris café").Ids);
    }

    [Fact]
    public void The_pieces_of_llama2_c_are_a_SentencePiece_model_that_begins_with_its_sign()
    {
        (string Text, int Score)[] pieces =
            [("<unk>", 0), ("\n<s>\n", 0), ("\n</s>\n", 0), .. Enumerable.Range(0, 256).Select(value => ($"<0x{value:X2}>", 0)), (" ", -9), ("a", -9), ("b", -9), (" a", -2), ("ab", -1)];
        var list = string.Join(",", pieces.Select(piece => $$"""{"hex": "{{Convert.ToHexString(System.Text.Encoding.UTF8.GetBytes(piece.Text))}}", "score": {{piece.Score}}}"""));
        File.WriteAllText(_folder.File("tokenizer.json"), $$"""{"type": "llama2.c sentencepiece BPE pieces", "bos_id": 1, "eos_id": 2, "pieces": [{{list}}]}""");

        var tokenizer = TokenizerLoader.LoadOrNull(_folder.Path, BuiltInFamilies.TokenizerDefaults)!;

        Assert.Equal([1, 259, 263, 262, 3 + 'c'], tokenizer.Encode("ab ac").Ids);
        Assert.Equal("ab ac", tokenizer.Decode(tokenizer.Encode("ab ac").Ids));
        Assert.Equal((1, 2), (tokenizer.BeginOfText, tokenizer.EndOfText));
    }

    [Theory]
    [InlineData("tokenizer.json", "{", "cannot be read as a tokenizer")]
    [InlineData("tokenizer.json", "{}", "it has no 'model'")]
    [InlineData("tokenizer.json", """{"model": {"type": "Turtle"}}""", "its model is of type 'Turtle'; known are BPE, Unigram, WordPiece")]
    [InlineData("tokenizer.json", """{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": ["a b"]}}""", "a merge joins 'a' and 'b', but the vocabulary has no 'b'")]
    [InlineData("tokenizer.json", """{"normalizer": {"type": "Nice"}, "model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}}""", "its normalizer is of type 'Nice'")]
    [InlineData("tokenizer.json", """{"pre_tokenizer": {"type": "Split", "pattern": {"Regex": "["}, "behavior": "Isolated"}, "model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}}""", "the regular expression '['")]
    [InlineData("tokenizer.json", """{"model": {"type": "Unigram", "vocab": [["a", -1.0]]}}""", "no 'unk_id'")]
    [InlineData("tokenizer.model", "IQ==", "SentencePiece")]
    [InlineData("tokenizer.model", "", "it has no pieces")]
    [InlineData("vocab.txt", "a\nb", "have no '[UNK]'")]
    [InlineData("vocab.json", "{}", "merges.txt' is missing")]
    public void A_broken_file_is_refused_in_one_sentence(string file, string content, string reason)
    {
        File.WriteAllText(_folder.File(file), content);

        var error = Assert.Throws<ModelFormatException>(() => TokenizerLoader.LoadOrNull(_folder.Path, BuiltInFamilies.TokenizerDefaults));

        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.Contains(_folder.Path, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("kind", "property")]
    public void A_SentencePiece_file_that_is_cut_off_anywhere_is_refused_or_smaller()
    {
        var whole = File.ReadAllBytes(Path.Combine(TokenizerFixtures.Folder("sp_bpe_tiny"), "tokenizer.model"));
        for (var length = 0; length < whole.Length; length += 7)
        {
            try
            {
                Assert.InRange(SentencePieceFile.Read(whole.AsSpan(0, length)).Pieces.Count, 1, 420);
            }
            catch (FormatException)
            {
            }
        }
    }

    [Theory]
    [InlineData("tokenizer_config.json", """{"added_tokens_decoder": {"ID": {"content": "<|turn|>", "special": true}}}""", true)]
    [InlineData("added_tokens.json", """{"<|turn|>": ID}""", false)]
    public void Tokens_that_only_the_files_beside_tokenizer_json_declare_are_found_whole(string file, string content, bool isSpecial)
    {
        Copy("gpt2", "tokenizer.json");
        var id = Load().VocabularySize;
        File.WriteAllText(_folder.File(file), content.Replace("ID", $"{id}", StringComparison.Ordinal));

        var tokenizer = Load();

        Assert.Equal(id + 1, tokenizer.VocabularySize);
        Assert.Equal("<|turn|>", tokenizer.PieceOf(id));
        Assert.Contains(id, tokenizer.EncodeWritten("a<|turn|>b", []).Ids);
        Assert.Equal(!isSpecial, tokenizer.Encode("a<|turn|>b").Ids.Contains(id));
        Assert.Equal(isSpecial, tokenizer.SpecialTokens.Contains("<|turn|>"));
    }

    [Fact]
    public void An_added_token_whose_id_is_anothers_gets_the_first_free_one()
    {
        Copy("gpt2", "tokenizer.json");
        var free = Load().VocabularySize;
        File.WriteAllText(_folder.File("added_tokens.json"), """{"<|turn|>": 7, "<|stop|>": 8}""");

        var tokenizer = Load();

        Assert.Equal((free, free + 1), (tokenizer.IdOf("<|turn|>"), tokenizer.IdOf("<|stop|>")));
        Assert.NotEqual("<|turn|>", tokenizer.PieceOf(7));
    }

    [Theory]
    [InlineData("tokenizer_config.json", """{"additional_special_tokens": [{"content": "PIECE"}]}""")]
    [InlineData("tokenizer_config.json", """{"extra_special_tokens": {"turn_token": "PIECE"}}""")]
    [InlineData("special_tokens_map.json", """{"additional_special_tokens": ["PIECE"]}""")]
    [InlineData("special_tokens_map.json", """{"cls_token": "PIECE"}""")]
    public void A_piece_of_the_vocabulary_that_a_file_names_as_special_is_special(string file, string content)
    {
        Copy("gpt2", "tokenizer.json");
        var bare = Load();
        var piece = Enumerable.Range(256, 100).Select(bare.PieceOf).First(one => one.Length > 1 && one.All(char.IsAsciiLetter));
        File.WriteAllText(_folder.File(file), content.Replace("PIECE", piece, StringComparison.Ordinal));

        var tokenizer = Load();

        Assert.DoesNotContain(piece, bare.SpecialTokens);
        Assert.Contains(piece, tokenizer.SpecialTokens);
        Assert.Contains(bare.IdOf(piece)!.Value, tokenizer.EncodeWritten($"q{piece}q", []).Ids);
        Assert.Equal(bare.VocabularySize, tokenizer.VocabularySize);
    }

    [Fact]
    public void A_WordPiece_vocabulary_gets_added_tokens()
    {
        File.WriteAllLines(_folder.File("vocab.txt"), ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a"]);
        File.WriteAllText(_folder.File("added_tokens.json"), """{"[FACT]": 6}""");

        Assert.Equal([2, 5, 6, 5, 3], Load().Encode("a [FACT] a").Ids);
    }

    [Theory]
    [InlineData("tokenizer.json")]
    [InlineData("tokenizer.model")]
    [InlineData("vocab.txt")]
    [InlineData("vocab.json", "merges.txt")]
    [InlineData("merges.txt", "vocab.json")]
    public void A_file_that_is_a_Git_LFS_pointer_says_so(string file, string? beside = null)
    {
        if (beside is not null)
            File.WriteAllText(_folder.File(beside), beside == "vocab.json" ? """{"a": 0}""" : "");
        File.WriteAllText(_folder.File(file), "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 1042301\n");

        var error = Assert.Throws<ModelFormatException>(Load);

        Assert.StartsWith($"'{_folder.File(file)}' is a Git LFS pointer of ", error.Message, StringComparison.Ordinal);
    }

    private PipelineTokenizer Load() => (PipelineTokenizer)TokenizerLoader.LoadOrNull(_folder.Path, BuiltInFamilies.TokenizerDefaults)!;

    private void Copy(string fixture, string file) => File.Copy(Path.Combine(TokenizerFixtures.Folder(fixture), file), _folder.File(file));
}
