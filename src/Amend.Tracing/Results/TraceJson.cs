using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Amend.Tensors;
using Amend.Tensors.Files;

namespace Amend.Tracing.Results;

/// <summary>Traces as JSON; see docs/formats/trace.md.</summary>
public static class TraceJson
{
    /// <summary>The format's name, in each file.</summary>
    public const string Format = "amend.trace.v1";

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
    };

    /// <summary>Writes a value beside its place and renames it.</summary>
    /// <exception cref="AmendException">The folder is missing or not writable, or the disk is full.</exception>
    public static void Write<T>(string path, T value) => AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, value, Options));

    /// <summary>A value as the bytes that its file has.</summary>
    public static byte[] ToBytes<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, Options);

    /// <summary>The value of such bytes.</summary>
    /// <exception cref="JsonException">They do not hold one.</exception>
    public static T FromBytes<T>(ReadOnlySpan<byte> bytes) => JsonSerializer.Deserialize<T>(bytes, Options)!;

    /// <summary>Reads a value.</summary>
    /// <exception cref="AmendException">The file is missing or does not hold such a value.</exception>
    public static T Read<T>(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(File.ReadAllBytes(path), Options)
                ?? throw new AmendException($"'{path}' holds nothing; delete it and trace again.");
        }
        catch (Exception cause) when (cause is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new AmendException(
                $"'{path}' cannot be read as {Format} ({cause.Message.TrimEnd('.')}); delete it and trace again.", cause);
        }
    }
}
