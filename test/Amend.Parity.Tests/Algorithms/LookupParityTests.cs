using System.Text.Json;
using Amend.Models.Subjects;
using Amend.Models.Tokenizers;

namespace Amend.Parity.Tests.Algorithms;

/// <summary>Lookup tokens are those of <c>get_words_idxs_in_templates</c> in kmeng01/rome.</summary>
[Trait("kind", "parity")]
public sealed class LookupParityTests
{
    public static TheoryData<string> Cases => GoldenCases.Rows(GoldenCases.Under("algorithms").Where(golden => golden.Name.StartsWith("lookup_indices", StringComparison.Ordinal)));

    [Theory]
    [MemberData(nameof(Cases))]
    public void First_last_and_first_after_last_tokens_of_subjects_are_found(string id)
    {
        var golden = GoldenCases.Find(id);
        var tokenizer = ByteLevelBpeTokenizer.Load(golden.Shared("tokenizer_tiny"));

        Assert.All(golden.Json("case.json").GetProperty("cases").EnumerateArray(), one =>
        {
            AssertToken(tokenizer, one, LookupToken.SubjectFirst, "first");
            AssertToken(tokenizer, one, LookupToken.SubjectLast, "last");
            AssertToken(tokenizer, one, LookupToken.SubjectFirstAfterLast, "first_after_last");
        });
    }

    private static void AssertToken(ByteLevelBpeTokenizer tokenizer, JsonElement one, LookupToken lookup, string name)
    {
        var (text, token) = new SubjectPrompt(one.GetProperty("template").GetString()!, one.GetProperty("subject").GetString()!).FindToken(tokenizer, lookup);
        Assert.Equal(one.GetProperty("ids").EnumerateArray().Select(t => t.GetInt32()), text.Ids);
        Assert.Equal(one.GetProperty(name).GetInt32(), token);
    }
}
