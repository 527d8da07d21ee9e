namespace Amend.Parity.Tests.Gguf;

/// <summary>Whole models in GGUF files, each beside the folder that it was converted from.</summary>
[NoTensorLeaks]
[Trait("kind", "parity")]
public sealed class GgufModelParityTests
{
    private static readonly string[] Prompts = ["A", "B"];

    public static TheoryData<string, string> Sources => GgufCase.Sources;

    public static TheoryData<string, string> Encoders => GgufCase.Encoders;

    [Theory]
    [MemberData(nameof(Sources))]
    public void Logits_states_and_greedy_tokens_are_those_of_the_reference(string id, string source)
    {
        using var golden = GgufCase.Load(id, source);

        foreach (var prompt in Prompts)
        {
            golden.AssertStates(prompt);
            golden.AssertGreedy(prompt);
        }
    }

    [Theory]
    [MemberData(nameof(Sources))]
    public void A_file_that_holds_the_weights_of_its_folder_has_its_base_hash(string id, string source)
    {
        using var file = GgufCase.Load(id, source);
        Assert.SkipWhen(file.HoldsOtherWeights, "The file holds other values than the folder.");

        using var folder = GgufCase.Load(id, GgufCase.Folder);

        Assert.Equal(folder.Model.BaseHash, file.Model.BaseHash);
    }

    [Theory]
    [MemberData(nameof(Encoders))]
    public void Texts_have_the_ids_of_the_reference_and_a_file_gives_them_back(string id, string source)
    {
        using var golden = GgufCase.Load(id, source);
        var isFile = source != GgufCase.Folder;

        Assert.All(GoldenCases.Find(id).Json("encode_cases.json").GetProperty("cases").EnumerateArray(), given =>
        {
            var text = given.GetProperty("text").GetString()!;
            var expected = isFile && given.TryGetProperty("ids_gguf", out var ofFile) ? ofFile : given.GetProperty("ids");
            var found = golden.Model.Tokenizer.Encode(text);
            Assert.Equal(expected.EnumerateArray().Select(one => one.GetInt32()), found.Ids);
            if (isFile)
                Assert.Equal(text, golden.Model.Tokenizer.Decode(found.Ids));
        });
    }
}
