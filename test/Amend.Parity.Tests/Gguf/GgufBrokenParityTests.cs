using Amend.Tensors.Files.Gguf;

namespace Amend.Parity.Tests.Gguf;

/// <summary>Malformed files are refused with the sentence that the golden list asks for, unusual ones are read.</summary>
[NoTensorLeaks]
[Trait("kind", "parity")]
public sealed class GgufBrokenParityTests
{
    /// <summary>In the message's own words what the golden list (<c>must_complain_of</c>) asks it to say.</summary>
    private static readonly Dictionary<string, string[]> Said = new()
    {
        ["empty.gguf"] = ["0 bytes, too short"],
        ["truncated_in_magic.gguf"] = ["2 bytes, too short"],
        ["truncated_in_header.gguf"] = ["14 bytes", "header", "inside which it ends"],
        ["truncated_in_key.gguf"] = ["its metadata", "the file ends"],
        ["truncated_in_string_array.gguf"] = ["its metadata (key 'tokenizer.ggml.tokens')", "the file ends"],
        ["truncated_in_tensor_infos.gguf"] = ["its tensor list", "the file ends"],
        ["truncated_before_data.gguf"] = ["data of its 12 tensors are missing", "the file ends at 1922, before them"],
        ["truncated_in_data.gguf"] = ["tensor 'output.weight' lies beyond the end of the file"],
        ["bad_magic.gguf"] = ["not a GGUF file", "magic", "'GGUX'"],
        ["magic_ggjt.gguf"] = ["not a GGUF file", "'tjgg'", "older ggml format"],
        ["version_0.gguf"] = ["version 0 is unsupported"],
        ["version_1.gguf"] = ["version 1 is unsupported"],
        ["version_99.gguf"] = ["version 99 is unsupported"],
        ["version_byteswapped.gguf"] = ["byte order is big-endian"],
        ["huge_tensor_count.gguf"] = ["tensor count 1099511627776, impossible"],
        ["huge_tensor_count_max.gguf"] = ["tensor count 18446744073709551615, impossible"],
        ["huge_kv_count.gguf"] = ["metadata count 1125899906842624, impossible"],
        ["kv_count_one_too_many.gguf"] = ["text length of 4503599627370496", "cut off or the length is impossible"],
        ["huge_key_length.gguf"] = ["text length of 4611686018427387904", "impossible"],
        ["huge_string_length.gguf"] = ["key 'general.architecture'", "text length of 9223372036854775813", "impossible"],
        ["huge_array_length.gguf"] = ["array length of 2305843009213693952", "impossible"],
        ["huge_string_array_length.gguf"] = ["array length of 1099511627776", "impossible"],
        ["unknown_value_type.gguf"] = ["unknown value type 13", "key 't.bad'"],
        ["unknown_array_type.gguf"] = ["unknown element type 99", "key 't.bad'"],
        ["nested_array_depth_1000.gguf"] = ["key 't.deep'", "arrays nested more than"],
        ["bool_value_2.gguf"] = ["invalid bool value 2", "key 'tokenizer.ggml.add_bos_token'"],
        ["duplicate_key.gguf"] = ["key 'llama.embedding_length'", "duplicate key"],
        ["key_not_utf8.gguf"] = ["its metadata (key 4", "not valid UTF-8"],
        ["value_not_utf8.gguf"] = ["key 'general.name'", "not valid UTF-8"],
        ["empty_key.gguf"] = ["empty key"],
        ["duplicate_tensor_name.gguf"] = ["duplicate tensor 'blk.0.ffn_gate.weight'"],
        ["tensor_name_too_long.gguf"] = ["tensor name that is too long"],
        ["unknown_tensor_type.gguf"] = ["tensor 'output.weight' has the type 999, which is unknown"],
        ["removed_tensor_type.gguf"] = ["tensor 'output.weight' has the type 4", "not supported"],
        ["dims_overflow.gguf"] = ["tensor 'output.weight' has dimensions 2 x 4294967296 x 4294967296 that are too large"],
        ["dims_bytes_overflow.gguf"] = ["tensor 'output.weight' has dimensions 1 x 4611686018427387904 that are too large"],
        ["negative_dim.gguf"] = ["tensor 'output.weight' has the invalid dimension 18446744073709551615"],
        ["zero_dims.gguf"] = ["tensor 'output_norm.weight' has no dimensions"],
        ["dim_of_size_0.gguf"] = ["tensor 'output_norm.weight' has the invalid dimension 0"],
        ["five_dims.gguf"] = ["tensor 'output.weight' has 5 dimensions"],
        ["huge_dim_count.gguf"] = ["tensor 'output.weight' has 2147483648 dimensions"],
        ["offset_not_aligned.gguf"] = ["tensor 'blk.0.attn_v.weight' has the offset 932, which is not aligned"],
        ["offset_beyond_end.gguf"] = ["tensor 'output.weight' lies beyond the end of the file"],
        ["offset_overflow.gguf"] = ["tensor 'output.weight' lies beyond the end of the file"],
        ["overlapping_tensors.gguf"] = ["tensor 'blk.0.attn_q.weight' overlaps tensor 'token_embd.weight'"],
        ["quant_row_not_multiple.gguf"] = ["tensor 'output.weight'", "row length of 8", "no multiple of the block size 32"],
        ["alignment_0.gguf"] = ["invalid alignment 0"],
        ["alignment_12.gguf"] = ["invalid alignment 12"],
        ["alignment_33.gguf"] = ["invalid alignment 33"],
        ["alignment_string.gguf"] = ["'general.alignment'", "wrong type"],
        ["split_missing-00001-of-00002.gguf"] = ["part 2, 'split_missing-00002-of-00002.gguf', is missing"],
        ["split_second_alone.gguf"] = ["not the first part of a split model"],
    };

    /// <summary>The files whose container is wrong, and those whose parts are not there, which is seen with the container, too.</summary>
    public static TheoryData<string, string> Malformed =>
        Rows(entry => entry.Stage == "read" || entry.File.StartsWith("split_", StringComparison.Ordinal));

    public static TheoryData<string, string> Unusual => Rows(entry => entry.IsValid);

    [Theory]
    [MemberData(nameof(Malformed))]
    public void A_malformed_file_is_refused_with_what_is_wrong(string id, string name)
    {
        var refusal = Assert.Throws<GgufException>(() => GgufFile.Open(GoldenCases.Find(id).File(name)));

        Assert.All(Said[name], words => Assert.Contains(words, refusal.Message, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Unusual))]
    public void An_unusual_file_is_read(string id, string name)
    {
        using var file = GgufFile.Open(GoldenCases.Find(id).File(name));
        foreach (var entry in file.Entries)
        {
            using var value = file.Load(entry.Name);
            Assert.Equal(entry.Shape, value.shape);
        }
    }

    private static TheoryData<string, string> Rows(Func<(string File, string Stage, bool IsValid), bool> isWanted)
    {
        var rows = new TheoryData<string, string>();
        foreach (var golden in GoldenCases.At("gguf/broken"))
        {
            foreach (var entry in golden.Json("broken.json").EnumerateArray())
            {
                var isValid = entry.TryGetProperty("valid", out var valid) && valid.GetBoolean();
                var file = entry.GetProperty("file").GetString()!;
                if (isWanted((file, entry.GetProperty("stage").GetString()!, isValid)))
                    rows.Add(golden.Id, file);
            }
        }

        return rows;
    }
}
