using System.Text;
using Amend.Tensors.Files;
using static TorchSharp.torch;

namespace Amend.Tensors.Tests.Files;

public sealed class SafeTensorsHeaderTests
{
    private const string Eight = """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""";

    [Fact]
    public void A_header_gives_entries_in_the_order_of_their_bytes_and_metadata()
    {
        var header = Read(SafeTensorsBytes.File(
            """
            {"__metadata__":{"format":"pt"},
             "b":{"dtype":"BF16","shape":[1,2],"data_offsets":[8,12]},
             "a":{"data_offsets":[0,8],"shape":[],"dtype":"I64"}}
            """,
            12));

        Assert.Equal(["a", "b"], header.Entries.Select(entry => entry.Name));
        Assert.Equal([ScalarType.Int64, ScalarType.BFloat16], header.Entries.Select(entry => entry.DType));
        Assert.Empty(header.Entries[0].Shape);
        Assert.Equal([1, 2], header.Entries[1].Shape);
        Assert.Equal("pt", header.Metadata["format"]);
    }

    [Fact]
    public void An_empty_object_is_a_file_without_tensors() =>
        Assert.Empty(Read(SafeTensorsBytes.File("{}      ", 0)).Entries);

    [Fact]
    public void Tensors_without_elements_are_allowed_between_others()
    {
        var header = Read(SafeTensorsBytes.File(
            """
            {"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]},
             "none":{"dtype":"F32","shape":[0,3],"data_offsets":[4,4]},
             "a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}
            """,
            8));

        Assert.Equal(["a", "none", "b"], header.Entries.Select(entry => entry.Name));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    public void A_file_shorter_than_eight_bytes_is_refused(int length) =>
        Refused(SafeTensorsError.FileTooShort, new byte[length], $"it has {length} bytes");

    [Theory]
    [InlineData(3UL)]
    [InlineData(1UL << 40)]
    [InlineData(ulong.MaxValue)]
    public void A_header_longer_than_the_file_is_refused(ulong claimed) =>
        Refused(SafeTensorsError.HeaderBeyondFile, SafeTensorsBytes.File(claimed, "{}"u8.ToArray(), 0), $"{claimed} bytes");

    [Fact]
    public void A_header_over_the_limit_is_refused_before_it_is_read()
    {
        using var stream = new HugeStream(SafeTensorsHeader.MostBytes + 1);

        var failure = Assert.Throws<SafeTensorsException>(() => SafeTensorsHeader.Read(stream, "huge"));

        Assert.Equal(SafeTensorsError.HeaderTooLarge, failure.Error);
        Assert.Contains("100000001", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_header_that_is_not_utf8_is_refused() =>
        Refused(SafeTensorsError.InvalidUtf8, SafeTensorsBytes.File([(byte)'{', (byte)'"', 0xFF, (byte)'"', (byte)'}'], 0), "5 bytes");

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("{")]
    [InlineData("hello")]
    [InlineData("{} x")]
    [InlineData("{}{}")]
    [InlineData("{'a':1}")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},}""")]
    [InlineData("""{"\ud800":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""")]
    public void A_header_that_is_not_json_is_refused(string json) =>
        Refused(SafeTensorsError.InvalidJson, json, 0, "its header");

    [Theory]
    [InlineData("[]")]
    [InlineData("\"a\"")]
    [InlineData("1")]
    [InlineData("null")]
    [InlineData(" {}")]
    public void A_root_that_is_not_an_object_is_refused(string json) =>
        Refused(SafeTensorsError.RootNotObject, json, 0, "begins with");

    [Fact]
    public void Two_tensors_of_one_name_are_refused() =>
        Refused(
            SafeTensorsError.DuplicateTensor,
            """{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"\u0061":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}""",
            2,
            "'a' twice");

    [Theory]
    [InlineData("""{"__metadata__":{"k":"1","k":"2"}}""", "'k' twice")]
    [InlineData("""{"a":{"dtype":"U8","dtype":"U8","shape":[0],"data_offsets":[0,0]}}""", "'dtype' twice")]
    [InlineData("""{"a":{"dtype":"U8","shape":[0],"shape":[0],"data_offsets":[0,0]}}""", "'shape' twice")]
    [InlineData("""{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0],"data_offsets":[0,0]}}""", "'data_offsets' twice")]
    public void A_key_that_comes_twice_is_refused(string json, string found) =>
        Refused(SafeTensorsError.DuplicateKey, json, 0, found);

    [Theory]
    [InlineData("""{"__metadata__":{"k":1}}""", "'k' is a JSON number")]
    [InlineData("""{"__metadata__":{"k":null}}""", "'k' is a JSON null")]
    [InlineData("""{"__metadata__":{"k":["x"]}}""", "'k' is a JSON array")]
    [InlineData("""{"__metadata__":"text"}""", "a JSON string")]
    public void Metadata_that_are_not_strings_are_refused(string json, string found) =>
        Refused(SafeTensorsError.MetadataNotStrings, json, 0, found);

    [Theory]
    [InlineData("F128")]
    [InlineData("f32")]
    [InlineData("")]
    public void An_unknown_dtype_is_refused_and_the_known_ones_listed(string dtype) =>
        Refused(
            SafeTensorsError.UnknownDType,
            $$$"""{"a":{"dtype":"{{{dtype}}}","shape":[0],"data_offsets":[0,0]}}""",
            0,
            $"'a' has the dtype '{dtype}'; convert it to one of F64, I64, F32, I32, F16, BF16, I16, U8, I8, BOOL");

    [Theory]
    [InlineData("""{"a":{"shape":[0],"data_offsets":[0,0]}}""", "'dtype'")]
    [InlineData("""{"a":{"dtype":"F32","data_offsets":[0,0]}}""", "'shape'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[0]}}""", "'data_offsets'")]
    [InlineData("""{"a":{}}""", "'dtype'")]
    public void A_missing_field_is_named(string json, string found) =>
        Refused(SafeTensorsError.MissingField, json, 0, $"'a' has no field {found}");

    [Theory]
    [InlineData("""{"a":[]}""", "entry of tensor 'a' is not an object")]
    [InlineData("""{"a":{"dtype":4,"shape":[0],"data_offsets":[0,0]}}""", "dtype of tensor 'a' is not a string")]
    [InlineData("""{"a":{"dtype":"F32","shape":0,"data_offsets":[0,0]}}""", "shape of tensor 'a' is not an array of integers")]
    [InlineData("""{"a":{"dtype":"F32","shape":["0"],"data_offsets":[0,0]}}""", "shape of tensor 'a' is not an array of integers")]
    [InlineData("""{"a":{"dtype":"F32","shape":[0.0],"data_offsets":[0,0]}}""", "shape of tensor 'a' is not an array of integers")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1e2],"data_offsets":[0,0]}}""", "shape of tensor 'a' is not an array of integers")]
    [InlineData("""{"a":{"dtype":"F32","shape":[[0]],"data_offsets":[0,0]}}""", "shape of tensor 'a' is not an array of integers")]
    [InlineData("""{"a":{"dtype":"F32","shape":[0],"data_offsets":{}}}""", "data_offsets of tensor 'a' is not an array of integers")]
    [InlineData("""{"a":{"dtype":"F32","shape":[0],"data_offsets":[0]}}""", "data_offsets of tensor 'a' is not an array of two integers")]
    [InlineData("""{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0,0]}}""", "data_offsets of tensor 'a' is not an array of two integers")]
    public void A_field_of_another_type_is_named(string json, string found) =>
        Refused(SafeTensorsError.MistypedField, json, 0, found);

    [Fact]
    public void A_field_that_the_format_does_not_know_is_refused() =>
        Refused(
            SafeTensorsError.UnknownField,
            """{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0],"strides":[1]}}""",
            0,
            "'a' has the field 'strides'");

    [Fact]
    public void More_than_64_dimensions_are_refused()
    {
        var ones = string.Join(",", Enumerable.Repeat(1, 65));

        Refused(
            SafeTensorsError.TooManyDimensions,
            $$$"""{"a":{"dtype":"U8","shape":[{{{ones}}}],"data_offsets":[0,1]}}""",
            1,
            "'a' has more than 64 dimensions");
    }

    [Fact]
    public void A_negative_dimension_is_refused() =>
        Refused(
            SafeTensorsError.NegativeShape,
            """{"a":{"dtype":"F32","shape":[-2,-1],"data_offsets":[0,8]}}""",
            8,
            "'a' has the dimension -2 in its shape [-2, -1]");

    [Theory]
    [InlineData("F32", "4294967296,4294967296")]
    [InlineData("F64", "4611686018427387904")]
    [InlineData("F32", "0,4294967296,4294967296")]
    [InlineData("U8", "9223372036854775808")]
    [InlineData("U8", "99999999999999999999999999")]
    public void A_shape_that_64_bits_cannot_count_is_refused(string dtype, string shape) =>
        Refused(
            SafeTensorsError.ShapeOverflow,
            $$$"""{"a":{"dtype":"{{{dtype}}}","shape":[{{{shape}}}],"data_offsets":[0,0]}}""",
            0,
            "tensor 'a'");

    [Fact]
    public void An_offset_that_64_bits_cannot_hold_is_refused() =>
        Refused(
            SafeTensorsError.OffsetOverflow,
            """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,18446744073709551616]}}""",
            8,
            "'a' has in its data_offsets a number of 20 characters");

    [Theory]
    [InlineData("[8,0]")]
    [InlineData("[-8,0]")]
    [InlineData("[-9223372036854775808,9223372036854775807]")]
    public void Offsets_that_are_negative_or_in_the_wrong_order_are_refused(string offsets) =>
        Refused(
            SafeTensorsError.InvalidOffsets,
            $$$"""{"a":{"dtype":"F32","shape":[2],"data_offsets":{{{offsets}}}}}""",
            8,
            "tensor 'a' has the data offsets");

    [Theory]
    [InlineData("[0,4]", 4)]
    [InlineData("[0,9]", 9)]
    [InlineData("[0,9223372036854775807]", 8)]
    public void Offsets_that_disagree_with_the_shape_are_refused(string offsets, int dataLength) =>
        Refused(
            SafeTensorsError.SizeMismatch,
            $$$"""{"a":{"dtype":"F32","shape":[2],"data_offsets":{{{offsets}}}}}""",
            dataLength,
            "'a' of type F32 and shape [2] needs 8 bytes");

    [Fact]
    public void Overlapping_tensors_are_refused() =>
        Refused(
            SafeTensorsError.OverlappingTensors,
            """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""",
            12,
            "tensor 'b' begins at data byte 4, before the end of tensor 'a' at 8");

    [Theory]
    [InlineData("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[2,3]}}""", 3, "2 bytes between the header and tensor 'a'")]
    [InlineData(
        """{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"U8","shape":[1],"data_offsets":[5,6]}}""",
        6,
        "4 bytes between tensor 'a' and tensor 'b'")]
    public void A_hole_is_refused(string json, int dataLength, string found) =>
        Refused(SafeTensorsError.HoleBetweenTensors, json, dataLength, found);

    [Fact]
    public void Truncated_data_are_refused() =>
        Refused(SafeTensorsError.DataTruncated, Eight, 7, "'a' ends at data byte 8, but the file has only 7");

    [Fact]
    public void A_tensor_larger_than_any_disk_is_refused_as_truncated() =>
        Refused(
            SafeTensorsError.DataTruncated,
            """{"a":{"dtype":"U8","shape":[9223372036854775807],"data_offsets":[0,9223372036854775807]}}""",
            8,
            "only 8");

    [Fact]
    public void Trailing_bytes_are_refused() =>
        Refused(SafeTensorsError.TrailingBytes, Eight, 9, "1 bytes after tensor 'a' at data byte 8");

    [Fact]
    public void A_name_in_a_message_is_of_one_line_and_bounded()
    {
        var name = new string('x', 5000);

        var failure = Refused(SafeTensorsError.MissingField, $$$"""{"a\n{{{name}}}":{}}""", 0, "'a?xxx");

        Assert.True(failure.Message.Length < 400);
    }

    private static SafeTensorsHeader Read(byte[] file)
    {
        using var stream = new MemoryStream(file);
        return SafeTensorsHeader.Read(stream, "some.safetensors");
    }

    private static SafeTensorsException Refused(SafeTensorsError error, string json, int dataLength, string found) =>
        Refused(error, SafeTensorsBytes.File(Encoding.UTF8.GetBytes(json), dataLength), found);

    private static SafeTensorsException Refused(SafeTensorsError error, byte[] file, string found)
    {
        var failure = Assert.Throws<SafeTensorsException>(() => Read(file));

        Assert.Equal(error, failure.Error);
        Assert.StartsWith("Cannot read 'some.safetensors' as safetensors: ", failure.Message, StringComparison.Ordinal);
        Assert.Contains(found, failure.Message, StringComparison.Ordinal);
        return failure;
    }
}
