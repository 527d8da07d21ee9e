using System.Text.Json;
using Amend.Models.Tokenizers;
using Amend.Models.Tokenizers.Text;

namespace Amend.Models.Tests.Tokenizers;

public sealed class ByteLevelBpeTrainerTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_most_frequent_pair_is_learned_first()
    {
        Assert.Equal(["b c", "a bc"], Merges(259, ("abc abc bc bc", 1)));
    }

    [Fact]
    public void A_weight_counts_a_text_that_often()
    {
        Assert.Equal(["x y"], Merges(258, ("ab ab ab", 1), ("xy", 4)));
    }

    [Fact]
    public void Equal_pairs_are_learned_in_ordinal_order()
    {
        Assert.Equal(["A b", "a b", "a c"], Merges(260, ("ac", 1), ("ab", 1), ("Ab", 1)));
    }

    [Fact]
    public void A_pair_of_the_same_piece_is_merged_from_the_left()
    {
        Assert.Equal(["a a", "aa a"], Merges(270, ("aaa", 1)));
    }

    [Fact]
    public void Merges_do_not_cross_words()
    {
        Assert.Equal(["Ġ b"], Merges(300, ("a", 5), (" b", 5)));
    }

    [Fact]
    public void The_same_texts_in_any_order_give_the_same_files()
    {
        string[] texts = ["The Space Needle is in Seattle.", "Ελλάδα — 日本 😀", "can't won't don't", "   spaces\n\n"];

        var first = Files(300, texts);
        var second = Files(300, [.. texts.Reverse()]);

        Assert.Equal(first, second);
    }

    [Fact]
    public void The_vocabulary_is_the_bytes_the_merges_and_the_end_of_text_as_the_last_id()
    {
        Train(260, ("The Space Needle is in Seattle.", 1));

        var vocabulary = JsonSerializer.Deserialize<Dictionary<string, int>>(File.ReadAllText(_folder.File("vocab.json")))!;

        Assert.Equal(Enumerable.Range(0, 260), vocabulary.Values.Order());
        Assert.Equal(259, vocabulary["<|endoftext|>"]);
        Assert.All(ByteLevelAlphabet.All.ToArray(), character => Assert.InRange(vocabulary[character.ToString()], 0, 255));
    }

    [Fact]
    public void The_bytes_alone_are_a_tokenizer()
    {
        Train(257, ("The Space Needle", 1));
        var tokenizer = ByteLevelBpeTokenizer.Load(_folder.Path);

        Assert.Equal(257, tokenizer.VocabularySize);
        Assert.Equal("日本 é", tokenizer.Decode(tokenizer.Encode("日本 é").Ids));
        Assert.Equal(9, tokenizer.Encode("日本 é").Ids.Count);
    }

    [Fact]
    public void A_vocabulary_smaller_than_the_bytes_is_refused()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => Train(256, ("a", 1)));

        Assert.StartsWith("256 pieces were asked; the bytes and the end of text need 257.", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(_folder.Path));
    }

    private (string Vocabulary, string Merges) Files(int size, string[] texts)
    {
        Train(size, [.. texts.Select(text => (text, 1))]);
        return (File.ReadAllText(_folder.File("vocab.json")), File.ReadAllText(_folder.File("merges.txt")));
    }

    private string[] Merges(int size, params (string Text, int Weight)[] texts)
    {
        Train(size, texts);
        return File.ReadAllLines(_folder.File("merges.txt"))[1..];
    }

    private void Train(int size, params (string Text, int Weight)[] texts)
    {
        var trainer = new ByteLevelBpeTrainer();
        foreach (var (text, weight) in texts)
            trainer.Add(text, weight);
        trainer.Write(size, _folder.Path);
    }
}
