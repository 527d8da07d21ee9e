using System.Collections;
using System.Globalization;
using System.Text.Json;
using Amend.Tensors.Files.Gguf;
using static TorchSharp.torch;

namespace Amend.Parity.Tests.Gguf;

/// <summary>Metadata and tensors of every plain type are what the reference wrote.</summary>
[NoTensorLeaks]
[Trait("kind", "parity")]
public sealed class GgufMetadataParityTests
{
    public static TheoryData<string, string> WithMetadata
    {
        get
        {
            var rows = new TheoryData<string, string>();
            foreach (var golden in GoldenCases.At("gguf/files/variants"))
            {
                foreach (var file in golden.Json("metadata_expected.json").EnumerateObject())
                    rows.Add(golden.Id, file.Name);
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(WithMetadata))]
    public void Every_key_and_tensor_has_the_type_and_the_value_of_the_reference(string id, string name)
    {
        var golden = GoldenCases.Find(id);
        var expected = golden.Json("metadata_expected.json").GetProperty(name).GetProperty("keys");

        using var file = GgufFile.Open(golden.File(name));

        Assert.Equal(expected.EnumerateObject().Select(key => key.Name), file.Metadata.Keys);
        foreach (var key in expected.EnumerateObject())
        {
            Assert.Equal((key.Name, TypeName(key.Value)), (key.Name, file.Metadata.TypeName(key.Name)));
            AssertSame(key.Name, key.Value.GetProperty("value"), file.Metadata.Value(key.Name));
        }

        foreach (var tensor in golden.Json("metadata_expected.json").GetProperty(name).GetProperty("tensors").EnumerateObject())
            AssertSameTensor(tensor.Name, tensor.Value, file);
    }

    /// <summary>The list says of what the inner arrays are, too; the file says it of each.</summary>
    private static string TypeName(JsonElement key)
    {
        if (!key.TryGetProperty("element", out var element))
            return key.GetProperty("type").GetString()!;
        return $"array of {(element.GetString()!.StartsWith("array", StringComparison.Ordinal) ? "array" : element.GetString())}";
    }

    private static void AssertSame(string key, JsonElement expected, object found)
    {
        if (expected.ValueKind == JsonValueKind.Object)
            expected = expected.GetProperty("value");
        if (expected.ValueKind == JsonValueKind.Array)
        {
            var elements = ((IEnumerable)found).Cast<object>().ToList();
            Assert.Equal((key, expected.GetArrayLength()), (key, elements.Count));
            foreach (var (inner, element) in expected.EnumerateArray().Zip(elements))
                AssertSame(key, inner, element);
            return;
        }

        Assert.Equal((key, Plain(expected, found)), (key, found));
    }

    private static void AssertSameTensor(string name, JsonElement expected, GgufFile file)
    {
        using var found = file.Load(name);
        Assert.Equal((name, expected.GetProperty("type").GetString()), (name, file.TypeOf(name).Name));
        Assert.Equal(expected.GetProperty("shape_row_major").EnumerateArray().Select(size => size.GetInt64()), found.shape);
        var values = expected.GetProperty("values");
        if (values.ValueKind == JsonValueKind.String)
            Assert.Equal(Enumerable.Range(0, 120).Select(i => (float)i), found.data<float>().ToArray());
        else if (found.dtype == ScalarType.Int64)
            Assert.Equal(values.EnumerateArray().Select(value => value.GetInt64()), found.data<long>().ToArray());
        else
            Assert.Equal(values.EnumerateArray().Select(value => value.GetDouble()), Doubles(found));
    }

    private static double[] Doubles(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.to(ScalarType.Float64).reshape(-1).data<double>().ToArray();
    }

    /// <summary>A value of the list in the type that was found; what does not fit there differs.</summary>
    private static object Plain(JsonElement expected, object found) => (expected.ValueKind, found) switch
    {
        (JsonValueKind.String, float) => float.PositiveInfinity,
        (JsonValueKind.String, _) => expected.GetString()!,
        (JsonValueKind.True or JsonValueKind.False, _) => expected.GetBoolean(),
        (_, float) => (float)expected.GetDouble(),
        (_, double) => expected.GetDouble(),
        (_, ulong) => expected.GetUInt64(),
        _ => Convert.ChangeType(expected.GetInt64(), found.GetType(), CultureInfo.InvariantCulture),
    };
}
