using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Amend.Tensors;

namespace Amend.Editing.Workbench;

/// <summary>
/// Options of an editor as named settings: the field's names in snake_case, as presets, <c>--set</c> and records use them.
/// </summary>
internal static class EditorSettings
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
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
            {
                var names = all.Select(setting => setting.Key).ToList();
                throw new AmendException(
                    $"There is no setting '{name}'{NearestName.Hint(name, names)}; known: {string.Join(", ", names)}.");
            }

            var old = all[name];
            all[name] = value?.DeepClone();
            try
            {
                _ = all.Deserialize<T>(Json);
            }
            catch (JsonException e)
            {
                throw new AmendException(
                    $"The setting {name} cannot be {value?.ToJsonString() ?? "null"}; it is now {old?.ToJsonString() ?? "null"}.",
                    e);
            }
        }

        return all.Deserialize<T>(Json)!;
    }

    /// <summary>Options with settings given as text put over them: JSON, or texts without their quotes, alone or in a list.</summary>
    /// <exception cref="AmendException">A name is unknown or a value does not fit it.</exception>
    public static T With<T>(T options, IReadOnlyDictionary<string, string> settings) =>
        With(options, settings.Select(s => KeyValuePair.Create(s.Key, Parse(s.Value))));

    /// <summary>Options with a model's layers in the place of <c>all</c>, or a refusal of those that make no sense for it.</summary>
    /// <param name="options">The options.</param>
    /// <param name="editor">The editor's name.</param>
    /// <param name="layers">The model's layers.</param>
    /// <exception cref="AmendException">Options are out of range; all of them are named.</exception>
    public static T Validated<T>(this T options, string editor, int layers)
        where T : EditorOptions
    {
        var problems = new OptionProblems();
        options.Check(problems, layers);
        problems.Refuse(editor);
        return LayerList.IsAll(options.Layers) ? options with { Layers = LayerList.Of(options.Layers, layers) } : options;
    }

    private static JsonNode? Parse(string value)
    {
        try
        {
            return JsonNode.Parse(value);
        }
        catch (JsonException)
        {
            return IsListOfWords(value)
                ? new JsonArray([.. value[1..^1].Split(',', StringSplitOptions.TrimEntries).Select(Parse)])
                : JsonValue.Create(value);
        }
    }

    /// <summary>Whether a value is a list as people type it, its texts without quotes: <c>[q_proj,v_proj]</c>.</summary>
    private static bool IsListOfWords(string value) =>
        value is ['[', .. var inside, ']'] && inside.AsSpan().IndexOfAny("[]{}\"") < 0;
}
