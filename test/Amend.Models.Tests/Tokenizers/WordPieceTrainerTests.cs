using Amend.Models.Tokenizers;
using Amend.Models.Tokenizers.Formats;

namespace Amend.Models.Tests.Tokenizers;

public sealed class WordPieceTrainerTests : IDisposable
{
    private static readonly string[] Special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Special_tokens_come_first_then_letters_by_their_place_and_then_merges_by_frequency()
    {
        Assert.Equal([.. Special, "##b", "##c", "a", "b", "##bc", "abc", "bc"], Pieces(100, ("abc abc abc bc", 1)));
    }

    [Fact]
    public void A_full_vocabulary_ends_the_merges()
    {
        Assert.Equal([.. Special, "##b", "##c", "a", "b", "##bc"], Pieces(10, ("abc abc abc bc", 1)));
    }

    [Fact]
    public void A_weight_counts_a_text_that_often()
    {
        Assert.Equal("xy", Pieces(10, ("ab ab ab", 1), ("xy", 4))[^1]);
    }

    [Fact]
    public void Texts_are_uncased_and_lose_accents_and_punctuation_stands_alone()
    {
        Assert.Equal([.. Special, "##a", "##o", ".", "s", "##ao", "sao"], Pieces(100, ("São SAO são.", 1)));
    }

    [Fact]
    public void What_was_learned_is_read_as_a_tokenizer_and_gives_the_text_back()
    {
        Train(200, ("The capital of France is Paris.", 3), ("The capital of Spain is Madrid.", 3));

        var tokenizer = TokenizerLoader.LoadOrNull(_folder.Path, BuiltInFamilies.TokenizerDefaults)!;

        var ids = tokenizer.Encode("Paris is the capital of France.").Ids;
        Assert.Equal(9, ids.Count);
        Assert.Equal("paris is the capital of france.", tokenizer.Decode(ids));
        Assert.Equal(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"], Special.Intersect(tokenizer.SpecialTokens));
    }

    [Fact]
    public void The_same_texts_in_any_order_give_the_same_files()
    {
        string[] texts = ["The Space Needle is in Seattle.", "Ελλάδα — 日本 😀", "can't won't don't", "   spaces\n\n"];

        Assert.Equal(
            Pieces(120, [.. texts.Select(text => (text, 1))]), Pieces(120, [.. texts.Reverse().Select(text => (text, 1))]));
    }

    [Fact]
    public void A_vocabulary_smaller_than_the_letters_is_refused()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => Train(7, ("abc", 1)));

        Assert.StartsWith("7 pieces were asked; the special tokens and the letters need 8.", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(_folder.Path));
    }

    private string[] Pieces(int size, params (string Text, int Weight)[] texts)
    {
        Train(size, texts);
        return File.ReadAllLines(_folder.File("vocab.txt"));
    }

    private void Train(int size, params (string Text, int Weight)[] texts)
    {
        var trainer = new WordPieceTrainer();
        foreach (var (text, weight) in texts)
            trainer.Add(text, weight);
        trainer.Write(size, _folder.Path);
    }
}
