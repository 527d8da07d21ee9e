using Amend.Models;
using Amend.Models.Inspection;
using Amend.Tensors.Files.Gguf;

namespace Amend.Parity.Tests.Gguf;

/// <summary>Files with the same tensors in other forms: in parts, in an older version, aligned otherwise, with the bytes turned round.</summary>
[NoTensorLeaks]
[Trait("kind", "parity")]
public sealed class GgufVariantParityTests
{
    private const string Folder = "gguf/files/variants";

    public static TheoryData<string, string, string> Same => Rows(
        ("split-f16-00001-of-00003.gguf", "llama_gqa/model-f16.gguf"),
        ("version2-q8_0.gguf", "llama_gqa/model-q8_0.gguf"),
        ("alignment64-q8_0.gguf", "llama_gqa/model-q8_0.gguf"));

    public static TheoryData<string> Cases => GoldenCases.Rows(GoldenCases.At(Folder));

    [Theory]
    [MemberData(nameof(Same))]
    public void A_variant_is_the_model_that_it_was_made_from(string id, string variant, string original)
    {
        var folder = GoldenCases.Find(id).Folder;

        using var model = LanguageModel.Load(Path.Combine(folder, variant));
        using var twin = LanguageModel.Load(Path.Combine(folder, "..", original));

        Assert.Equal(twin.BaseHash, model.BaseHash);
        Assert.Equal(twin.Tokenizer.Encode("LeBron plays").Ids, model.Tokenizer.Encode("LeBron plays").Ids);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_parts_of_a_split_model_are_found_by_the_first_and_counted_together(string id)
    {
        var golden = GoldenCases.Find(id);
        var first = golden.File("split-f16-00001-of-00003.gguf");

        using var model = LanguageModel.Load(first);
        var found = ModelInspection.Run(first);

        Assert.Equal("split-f16", model.Name);
        Assert.Equal([first, golden.File("split-f16-00002-of-00003.gguf"), golden.File("split-f16-00003-of-00003.gguf")], ModelSource.At(first).Files);
        Assert.Equal(ModelSource.At(first).Files, found.WeightFiles);
        Assert.Empty(found.Problems);
        Assert.Equal(found.WeightFiles.Sum(file => new FileInfo(file).Length), found.Bytes);
        Assert.Equal([("F16", 16), ("F32", 5)], found.Gguf!.Types.Select(type => (type.Type, type.Tensors)));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_file_of_the_other_byte_order_is_refused_by_that_name(string id)
    {
        var refusal = Assert.Throws<GgufException>(() => LanguageModel.Load(GoldenCases.Find(id).File("bigendian-f16.gguf")));

        Assert.Contains("big-endian", refusal.Message, StringComparison.Ordinal);
    }

    private static TheoryData<string, string, string> Rows(params (string Variant, string Original)[] pairs)
    {
        var rows = new TheoryData<string, string, string>();
        foreach (var golden in GoldenCases.At(Folder))
        {
            foreach (var (variant, original) in pairs)
                rows.Add(golden.Id, variant, original);
        }

        return rows;
    }
}
