using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;
using Amend.Evaluation.Metrics;
using Amend.Evaluation.Protocols;
using Amend.Evaluation.Reports.Json;

namespace Amend.Cli.Tests.Showcase;

/// <summary>JSON schemas of what verbs print, made from the records that they print.</summary>
internal static class JsonSchemas
{
    private const string Type = "type";
    private const string Properties = "properties";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = ReportJson.Options.Encoder };

    private static readonly JsonSerializerOptions Written = new(ReportJson.Options) { TypeInfoResolver = new DefaultJsonTypeInfoResolver() };

    private static readonly JsonSchemaExporterOptions Exporting = new() { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = Transform };

    /// <summary>The schema of a record: closed, and with every member required.</summary>
    public static string Of(Type type, string title)
    {
        var schema = new JsonObject { ["$schema"] = "https://json-schema.org/draft/2020-12/schema", ["title"] = title };
        foreach (var (name, value) in Written.GetJsonSchemaAsNode(type, Exporting).AsObject())
            schema[name] = value?.DeepClone();
        return schema.ToJsonString(Indented);
    }

    /// <summary>Where a document is not as its schema says.</summary>
    /// <param name="schema">The schema, of the form of <see cref="Of"/>.</param>
    /// <param name="document">The document.</param>
    public static IEnumerable<string> Breaches(JsonObject schema, JsonNode? document) => Breaches(schema, schema, document, "$");

    /// <summary>The schema of a member, or of the items of a list; null where there is none.</summary>
    /// <param name="root">The whole schema.</param>
    /// <param name="schema">The schema of what holds it.</param>
    /// <param name="member">The member's name; null for an item.</param>
    public static JsonNode? Within(JsonObject root, JsonNode? schema, string? member)
    {
        if (schema is not JsonObject rules)
            return null;
        if (rules["$ref"]?.GetValue<string>() is { } reference)
            return Within(root, Resolve(root, reference), member);
        return member is null ? rules["items"] : rules[Properties]?[member] ?? rules["additionalProperties"];
    }

    /// <summary>Whether a schema allows numbers that are not whole.</summary>
    public static bool IsReal(JsonNode? schema) => schema is JsonObject rules && Types(rules).Contains("number");

    private static IEnumerable<string> Breaches(JsonObject root, JsonNode schema, JsonNode? value, string path)
    {
        if (schema is not JsonObject rules)
            return [];
        if (rules["$ref"]?.GetValue<string>() is { } reference)
            return Breaches(root, Resolve(root, reference), value, path);
        if (!Types(rules).Any(type => IsOf(type, value)) || (rules["enum"] is JsonArray known && !known.Any(one => JsonNode.DeepEquals(one, value))))
            return [$"{path} is {value?.ToJsonString() ?? "null"}, and not {rules["enum"]?.ToJsonString() ?? string.Join(" or ", Types(rules))}"];
        return value switch
        {
            JsonArray list when rules["items"] is { } items => list.SelectMany((item, at) => Breaches(root, items, item, $"{path}[{at}]")),
            JsonObject named when rules[Properties] is JsonObject members =>
            [
                .. members.Where(member => !named.ContainsKey(member.Key)).Select(member => $"{path}.{member.Key} is missing"),
                .. named.SelectMany(member => members[member.Key] is { } inner
                    ? Breaches(root, inner, member.Value, $"{path}.{member.Key}")
                    : members.ContainsKey(member.Key) ? [] : [$"{path}.{member.Key} is in no schema"]),
            ],
            JsonObject named when rules["additionalProperties"] is { } each => named.SelectMany(member => Breaches(root, each, member.Value, $"{path}.{member.Key}")),
            _ => [],
        };
    }

    private static JsonNode Transform(JsonSchemaExporterContext context, JsonNode schema)
    {
        var type = context.TypeInfo.Type;
        if (type == typeof(double) || type == typeof(double?))
            return new JsonObject { [Type] = new JsonArray("number", "null") };
        if (type == typeof(Moment))
            return new JsonObject { [Type] = "string" };
        if (type == typeof(MetricFigure))
            return Figure();
        if (schema is JsonObject rules && rules[Properties] is JsonObject members && context.TypeInfo.Kind == JsonTypeInfoKind.Object)
        {
            rules["required"] = new JsonArray([.. members.Select(member => (JsonNode)member.Key)]);
            rules["additionalProperties"] = false;
        }

        return schema;
    }

    private static JsonObject Figure()
    {
        JsonObject Number() => new() { [Type] = new JsonArray("number", "null") };
        return new JsonObject
        {
            [Type] = "object",
            [Properties] = new JsonObject { ["value"] = Number(), ["low"] = Number(), ["high"] = Number(), ["n"] = new JsonObject { [Type] = "integer" } },
            ["required"] = new JsonArray("value", "low", "high", "n"),
            ["additionalProperties"] = false,
        };
    }

    private static JsonNode Resolve(JsonObject root, string reference) =>
        reference.Split('/').Skip(1).Aggregate((JsonNode)root, (node, part) => node is JsonArray list ? list[int.Parse(part)]! : node[part]!);

    private static IEnumerable<string> Types(JsonObject rules) => rules[Type] switch
    {
        JsonArray several => several.Select(one => one!.GetValue<string>()),
        { } one => [one.GetValue<string>()],
        null => ["any"],
    };

    private static bool IsOf(string type, JsonNode? value) => (type, value?.GetValueKind() ?? JsonValueKind.Null) switch
    {
        ("any", _) or ("null", JsonValueKind.Null) or ("string", JsonValueKind.String) or ("object", JsonValueKind.Object) or ("array", JsonValueKind.Array) => true,
        ("boolean", JsonValueKind.True or JsonValueKind.False) or ("number", JsonValueKind.Number) => true,
        ("integer", JsonValueKind.Number) => long.TryParse(value!.ToJsonString(), out _),
        _ => false,
    };
}
