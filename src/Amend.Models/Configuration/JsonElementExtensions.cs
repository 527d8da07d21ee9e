using System.Text.Json;

namespace Amend.Models.Configuration;

/// <summary>Reads members of JSON objects that may be missing.</summary>
internal static class JsonElementExtensions
{
    /// <summary>A member; null where the element is no object, or the member is missing or null.</summary>
    public static JsonElement? TryGet(this JsonElement element, string key) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(key, out var value)
            && value.ValueKind != JsonValueKind.Null ? value : null;

    /// <summary>A truth value; the given one where it is missing.</summary>
    public static bool Flag(this JsonElement element, string key, bool otherwise = false) =>
        element.TryGet(key) is { ValueKind: JsonValueKind.True or JsonValueKind.False } value ? value.GetBoolean() : otherwise;

    /// <summary>A text; null where it is missing.</summary>
    public static string? Text(this JsonElement element, string key) =>
        element.TryGet(key) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;
}
