using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Amend.Tensors;

namespace Amend.Editing.Editors;

/// <summary>Options of an editor as named settings: the field's names in snake_case, as presets, <c>--set</c> and records use them.</summary>
internal static class EditorSettings
{
    private static readonly JsonSerializerOptions Json = new()
    {
        RespectNullableAnnotations = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    /// <summary>The settings of options.</summary>
    public static JsonObject Of<T>(T options) => (JsonObject)JsonSerializer.SerializeToNode(options, Json)!;

    /// <summary>Options with settings put over them.</summary>
    /// <exception cref="AmendException">A name is unknown or a value does not fit it.</exception>
    public static T With<T>(T options, IEnumerable<KeyValuePair<string, JsonNode?>> settings)
    {
        var all = Of(options);
        foreach (var (name, value) in settings)
        {
            if (!all.ContainsKey(name))
                throw new AmendException($"There is no setting '{name}'; known: {string.Join(", ", all.Select(s => s.Key))}.");
            var old = all[name];
            all[name] = value?.DeepClone();
            try
            {
                _ = all.Deserialize<T>(Json);
            }
            catch (JsonException e)
            {
                throw new AmendException($"The setting {name} cannot be {value?.ToJsonString() ?? "null"}; it is now {old?.ToJsonString() ?? "null"}.", e);
            }
        }

        return all.Deserialize<T>(Json)!;
    }

    /// <summary>Options with settings given as text put over them.</summary>
    /// <exception cref="AmendException">A name is unknown or a value does not fit it.</exception>
    public static T With<T>(T options, IReadOnlyDictionary<string, string> settings) =>
        With(options, settings.Select(s => KeyValuePair.Create(s.Key, Parse(s.Value))));

    private static JsonNode? Parse(string value)
    {
        try
        {
            return JsonNode.Parse(value);
        }
        catch (JsonException)
        {
            return JsonValue.Create(value);
        }
    }
}
