using System.Text.Json;
using Amend.Models.Tokenizers;
using Amend.Models.Tokenizers.Formats;

namespace Amend.Models.Tests.Tokenizers;

public sealed class UnigramTrainerTests : IDisposable
{
    private static readonly string[] Special = ["<pad>", "</s>", "<unk>"];
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Special_tokens_come_first_and_then_the_pieces_by_their_likelihood()
    {
        var pieces = Pieces(100, ("abc abc abc bc", 10));

        Assert.Equal(Special, pieces.Take(3).Select(piece => piece.Text));
        Assert.Equal("▁abc", pieces[3].Text);
        Assert.Equal(pieces.Skip(3).OrderByDescending(piece => piece.Score).Select(piece => piece.Text), pieces.Skip(3).Select(piece => piece.Text));
        Assert.All(["▁", "a", "b", "c"], letter => Assert.Contains(letter, pieces.Select(piece => piece.Text)));
    }

    [Fact]
    public void The_probabilities_of_the_pieces_add_up_to_about_one()
    {
        var pieces = Pieces(60, ("The capital of France is Paris, and the capital of Spain is Madrid.", 50));

        Assert.InRange(pieces.Skip(3).Sum(piece => Math.Exp(piece.Score)), 0.8, 1.0001);
    }

    [Fact]
    public void A_vocabulary_is_no_larger_than_asked_and_keeps_all_letters()
    {
        var pieces = Pieces(34, ("the quick brown fox jumps over the lazy dog, quickly", 5));

        Assert.True(pieces.Count <= 34);
        Assert.All("▁thequickbrownfxjmpsvlazydg,", letter => Assert.Contains($"{letter}", pieces.Select(piece => piece.Text)));
    }

    [Fact]
    public void A_frequent_word_is_a_piece_and_a_rare_one_is_cut()
    {
        Train(40, ("Seattle Seattle Seattle Seattle", 20), ("settle teals", 1));
        var tokenizer = Load();

        Assert.Equal(2, tokenizer.Encode("Seattle").Ids.Count);
        Assert.True(tokenizer.Encode("teals").Ids.Count > 3);
    }

    [Fact]
    public void What_was_learned_is_read_as_a_tokenizer_and_gives_the_text_back()
    {
        Train(200, ("The capital of France is Paris.", 3), ("The capital of São Tomé is 日本 😀.", 3));
        var tokenizer = Load();

        var ids = tokenizer.Encode("Paris is the capital of 日本 😀.").Ids;

        Assert.Equal(1, ids[^1]);
        Assert.Equal("Paris is the capital of 日本 😀.", tokenizer.Decode([.. ids.SkipLast(1)]));
        Assert.Equal(Special, Special.Intersect(tokenizer.SpecialTokens));
        Assert.DoesNotContain(2, ids);
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
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => Train(6, ("abc", 1)));

        Assert.StartsWith("6 pieces were asked; the special tokens and the letters need 7.", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(_folder.Path));
    }

    private List<(string Text, double Score)> Pieces(int size, params (string Text, int Weight)[] texts)
    {
        Train(size, texts);
        using var file = JsonDocument.Parse(File.ReadAllText(_folder.File("tokenizer.json")));
        return [.. file.RootElement.GetProperty("model").GetProperty("vocab").EnumerateArray()
            .Select(piece => (piece[0].GetString()!, piece[1].GetDouble()))];
    }

    private ITokenizer Load() => TokenizerLoader.LoadOrNull(_folder.Path, BuiltInFamilies.TokenizerDefaults)!;

    private void Train(int size, params (string Text, int Weight)[] texts)
    {
        var trainer = new UnigramTrainer();
        foreach (var (text, weight) in texts)
            trainer.Add(text, weight);
        trainer.Write(size, _folder.Path);
    }
}
