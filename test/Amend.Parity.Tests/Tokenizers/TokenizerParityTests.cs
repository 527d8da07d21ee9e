using Amend.Models;
using Amend.Models.Tokenizers;
using Amend.Models.Tokenizers.Formats;

namespace Amend.Parity.Tests.Tokenizers;

/// <summary>Ids, pieces and decoded texts of the reference tokenizers, exactly.</summary>
[Trait("kind", "parity")]
public sealed class TokenizerParityTests : IDisposable
{
    private const int RandomTexts = 150;
    private readonly TempFolder _folder = new();

    public static TheoryData<string> Tiny => GoldenCases.Rows(GoldenCases.At("tokenizer_tiny"));

    public static TheoryData<string> Others => GoldenCases.Rows("tokenizers");

    public static TheoryData<string> JsonFiles => GoldenCases.Rows("tokenizer_json");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Tiny))]
    public void The_tokenizer_of_the_algorithm_cases_gives_the_ids_of_the_reference(string id)
    {
        var golden = GoldenCases.Find(id);
        var tokenizer = ByteLevelBpeTokenizer.Load(golden.Folder);

        Assert.All(EncodeCase.Read(golden.Json("encode_cases.json")), expected =>
        {
            Assert.Equal(expected.Ids, tokenizer.Encode(expected.Text).Ids);
            Assert.Equal(expected.Decoded, tokenizer.Decode(expected.Ids));
        });
    }

    [Theory]
    [MemberData(nameof(Others))]
    public void A_vocabulary_gives_the_ids_the_pieces_and_the_text_of_the_reference(string id)
    {
        var golden = GoldenCases.Find(id);
        var file = golden.Json("case.json");
        Assert.SkipUnless(
            Vocabularies.TryLay(golden, file, _folder.Path),
            $"The vocabulary of '{golden.Name}' is not part of the repository; put it into a folder and name that in {Vocabularies.Variable}.");
        var tokenizer = Assert.IsType<PipelineTokenizer>(TokenizerLoader.LoadOrNull(_folder.Path, BuiltInFamilies.TokenizerDefaults));
        if (file.TryGetProperty("size", out var size))
            Assert.Equal(size.GetInt32(), tokenizer.VocabularySize);

        Assert.All(EncodeCase.Read(file), expected => AssertCase(tokenizer, expected));
    }

    [Theory]
    [MemberData(nameof(Others))]
    [Trait("kind", "property")]
    public void Spans_of_a_vocabulary_go_through_any_text_and_a_byte_level_one_gives_it_back(string id)
    {
        var golden = GoldenCases.Find(id);
        var file = golden.Json("case.json");
        Assert.SkipUnless(
            Vocabularies.TryLay(golden, file, _folder.Path),
            $"The vocabulary of '{golden.Name}' is not part of the repository; put it into a folder and name that in {Vocabularies.Variable}.");
        var tokenizer = TokenizerLoader.LoadOrNull(_folder.Path, BuiltInFamilies.TokenizerDefaults)!;
        var random = new Random(36);

        for (var n = 0; n < RandomTexts; n++)
        {
            var tokens = tokenizer.Encode(RandomText.Next(random));
            SpanAssert.GoThrough(tokens, golden.Name);
            if (file.TryGetProperty("merges_sha256", out _))
                Assert.Equal(tokens.Text, tokenizer.Decode(tokens.Ids));
        }
    }

    [Theory]
    [MemberData(nameof(JsonFiles))]
    public void A_tokenizer_json_gives_the_ids_and_the_text_of_the_reference(string id)
    {
        var golden = GoldenCases.Find(id);
        var special = golden.Json("tokenizer.json").GetProperty("added_tokens").EnumerateArray()
            .Where(token => token.GetProperty("special").GetBoolean()).Select(token => token.GetProperty("id").GetInt32()).ToHashSet();
        var tokenizer = TokenizerLoader.LoadOrNull(golden.Folder, BuiltInFamilies.TokenizerDefaults, findsSpecialTokens: true)!;

        Assert.All(EncodeCase.Read(golden.Json("case.json")), expected =>
        {
            Assert.Equal(expected.Ids, tokenizer.Encode(expected.Text).Ids);
            Assert.Equal(expected.Decoded, tokenizer.Decode(expected.Ids.Where(token => !special.Contains(token))));
        });
    }

    [Fact]
    public void A_checkpoint_with_a_tokenizer_reads_its_prompt_as_the_reference_does()
    {
        var found = GoldenCases.Under("checkpoints").Where(golden => golden.Has("tokenizer.json")).ToList();
        Assert.SkipUnless(found.Count > 0, $"No checkpoint here has a tokenizer; name more cases in {GoldenCases.RootVariable}.");

        Assert.All(found, golden =>
        {
            var expected = golden.Json("expected.json");
            var ids = TokenizerLoader.LoadOrNull(golden.Folder, BuiltInFamilies.TokenizerDefaults)!.Encode(expected.GetProperty("prompt").GetString()!).Ids;
            Assert.Equal(expected.GetProperty("prompt_ids").EnumerateArray().Select(id => id.GetInt32()), ids);
        });
    }

    private static void AssertCase(PipelineTokenizer tokenizer, EncodeCase expected)
    {
        var tokens = tokenizer.Encode(expected.Text);

        Assert.Equal(expected.Ids, tokens.Ids);
        if (expected.Decoded is not null)
            Assert.Equal(expected.Decoded, tokenizer.Decode(expected.Ids));
        if (expected.Pieces is not null)
            Assert.All(expected.Pieces.Zip(tokens.Ids), pair => Assert.True(tokenizer.PieceOf(pair.Second) == pair.First || pair.Second == tokenizer.IdOf("<unk>")));
    }
}
