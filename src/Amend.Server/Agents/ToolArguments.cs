using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Amend.Server.Problems;
using Amend.Server.Wire;

namespace Amend.Server.Agents;

/// <summary>
/// What a tool takes: those members of a body of the interface over HTTP that agents are told of, each with a text. What they are not told
/// of, they cannot give.
/// </summary>
/// <typeparam name="T">The body.</typeparam>
internal sealed class ToolArguments<T>
{
    private const string Properties = "properties";
    private const string Required = "required";

    private static readonly JsonSerializerOptions Typed = new(WireJson.Options)
    {
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    private readonly Dictionary<string, JsonNode> _beside = [];
    private readonly IReadOnlyList<string> _names;
    private readonly IReadOnlyList<string> _required;

    /// <summary>Describes the arguments.</summary>
    /// <param name="texts">A text for each member; those of a member's members are named behind a dot, such as <c>facts.prompt</c>.</param>
    /// <param name="beside">Arguments that are no members of the body, with their schemas; those without a default are required.</param>
    public ToolArguments(IReadOnlyDictionary<string, string> texts, IReadOnlyDictionary<string, JsonNode>? beside = null)
    {
        var exporter = new JsonSchemaExporterOptions { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = Type };
        var schema = (JsonObject)Typed.GetJsonSchemaAsNode(typeof(T), exporter);
        var left = texts.ToDictionary();
        Describe(schema, left, "");
        if (left.Count > 0)
            throw new ArgumentException($"{typeof(T).Name} has no members {string.Join(", ", left.Keys)}; name those that it has.");
        foreach (var (name, one) in beside ?? new Dictionary<string, JsonNode>())
        {
            _beside[name] = one;
            schema[Properties]!.AsObject().Insert(0, name, one.DeepClone());
            if (one["default"] is null)
                RequiredOf(schema).Insert(0, name);
        }

        _names = [.. schema[Properties]!.AsObject().Select(member => member.Key)];
        _required = [.. (schema[Required] as JsonArray ?? []).Select(name => name!.GetValue<string>())];
        Schema = JsonSerializer.SerializeToElement(schema);
    }

    /// <summary>The JSON schema of the arguments.</summary>
    public JsonElement Schema { get; }

    /// <summary>The body of some arguments.</summary>
    /// <param name="tool">What the tool is called.</param>
    /// <param name="given">The arguments.</param>
    /// <exception cref="RefusedException">One is missing, unknown, or of another type.</exception>
    public T Read(string tool, IReadOnlyDictionary<string, JsonElement> given)
    {
        if (given.Keys.FirstOrDefault(name => !_names.Contains(name)) is { } unknown)
            throw Refuse($"'{tool}' has no argument '{Refusal.Shown(unknown)}'; it takes {string.Join(", ", _names)}.");
        if (_required.FirstOrDefault(name => !given.ContainsKey(name)) is { } missing)
            throw Refuse($"'{tool}' was called without '{missing}'; give it.");
        try
        {
            var body = given.Where(one => !_beside.ContainsKey(one.Key)).ToDictionary();
            return JsonSerializer.SerializeToElement(body).Deserialize<T>(Typed)!;
        }
        catch (JsonException e)
        {
            var place = e.Path is { } path and not "$" ? $" at '{Refusal.Shown(path)}'" : "";
            throw Refuse($"The arguments of '{tool}' cannot be read{place}; its input schema says what is expected.");
        }
    }

    /// <summary>Leaves the members that have texts, and takes the texts that are used.</summary>
    private static void Describe(JsonObject schema, Dictionary<string, string> texts, string prefix)
    {
        schema["additionalProperties"] = false;
        var members = schema[Properties] as JsonObject ?? [];
        schema[Properties] = members;
        foreach (var (name, member) in members.ToList())
        {
            if (!texts.Remove(prefix + name, out var text))
            {
                members.Remove(name);
                continue;
            }

            var described = member!.AsObject();
            described["description"] = text;
            if (described["items"] is JsonObject { } items && items[Properties] is not null)
                Describe(items, texts, $"{prefix}{name}.");
        }

        var required = (schema[Required] as JsonArray ?? []).Select(name => name!.GetValue<string>());
        if (required.Where(name => !members.ContainsKey(name)).ToList() is { Count: > 0 } hidden)
            throw new ArgumentException($"{typeof(T).Name} needs {string.Join(", ", hidden)}; give a text for each.");
    }

    /// <summary>The schema of what a converter writes, of which the exporter knows nothing.</summary>
    private static JsonNode Type(JsonSchemaExporterContext context, JsonNode schema) => schema is JsonObject ? schema
        : context.TypeInfo.Type == typeof(double) || context.TypeInfo.Type == typeof(double?) ? new JsonObject { ["type"] = "number" }
        : throw new ArgumentException($"{context.TypeInfo.Type.Name} in {typeof(T).Name} has no schema; give it one here.");

    private static JsonArray RequiredOf(JsonObject schema)
    {
        if (schema[Required] is not JsonArray required)
            schema[Required] = required = [];
        return required;
    }

    private static RefusedException Refuse(string sentence) => new(Refusal.BadRequest(sentence));
}
