using System.Text.Json;
using Amend.Evaluation.Cases;
using Amend.Tensors;

namespace Amend.Evaluation.Datasets.Records;

/// <summary>The fields of one record, typed; what is missing or of a wrong kind is refused by the field's path.</summary>
internal sealed class RecordFields
{
    private readonly JsonElement _element;
    private readonly string _path;

    /// <summary>Creates the fields of a JSON object.</summary>
    /// <param name="element">The object.</param>
    /// <param name="number">The record's number in its file, from 0.</param>
    /// <param name="path">The path of the object in its record, with a dot at its end; empty for the record itself.</param>
    public RecordFields(JsonElement element, int number, string path = "")
    {
        (_element, Number, _path) = (element, number, path);
        if (element.ValueKind != JsonValueKind.Object)
            throw new AmendException($"{(path.Length == 0 ? "the record" : $"field {path[..^1]}")} is {KindOf(element)} where an object belongs");
    }

    /// <summary>The record's number in its file, from 0.</summary>
    public int Number { get; }

    /// <summary>Whether the field is there and not null.</summary>
    public bool Has(string name) => Find(name) is not null;

    /// <summary>Whether the field is there and a number.</summary>
    public bool IsNumber(string name) => Find(name) is { ValueKind: JsonValueKind.Number };

    /// <summary>A text that is there and not blank.</summary>
    public string Text(string name) => NotBlank(name, TextOf(name, Value(name)));

    /// <summary>A text, or null where the field is missing, null or blank.</summary>
    public string? TextOrNull(string name) => Find(name) is { } value && TextOf(name, value) is { } text && !string.IsNullOrWhiteSpace(text) ? text : null;

    /// <summary>A number or a text, as text.</summary>
    public string Id(string name) => Value(name) is { ValueKind: JsonValueKind.Number } number ? number.GetRawText() : Text(name);

    /// <summary>A list of texts; a single text is a list of one.</summary>
    public IReadOnlyList<string> Texts(string name) => TextsOf(name, Value(name));

    /// <summary>A list of texts, empty where the field is missing.</summary>
    public IReadOnlyList<string> TextsOrNone(string name) => Find(name) is { } value ? TextsOf(name, value) : [];

    /// <summary>A list of texts with at least one.</summary>
    public IReadOnlyList<string> SomeTexts(string name) => Texts(name) is { Count: > 0 } texts ? texts : throw Wrong(name, "is an empty list where at least one text belongs");

    /// <summary>An object.</summary>
    public RecordFields Object(string name) => new(Value(name), Number, $"{_path}{name}.");

    /// <summary>An object, or null where the field is missing.</summary>
    public RecordFields? ObjectOrNull(string name) => Has(name) ? Object(name) : null;

    /// <summary>A list of objects; a single object is a list of one.</summary>
    public IReadOnlyList<RecordFields> Objects(string name) => Value(name) switch
    {
        { ValueKind: JsonValueKind.Object } => [Object(name)],
        { ValueKind: JsonValueKind.Array } list => [.. list.EnumerateArray().Select((item, i) => new RecordFields(item, Number, $"{_path}{name}[{i}]."))],
        var other => throw Wrong(name, $"is {KindOf(other)} where a list of objects belongs"),
    };

    /// <summary>A list of objects, empty where the field is missing.</summary>
    public IReadOnlyList<RecordFields> ObjectsOrNone(string name) => Has(name) ? Objects(name) : [];

    /// <summary>A list of answers: texts, or lists of texts that are an answer and its aliases; a single text is a list of one.</summary>
    public IReadOnlyList<CaseAnswer> Answers(string name) => Value(name) is { ValueKind: JsonValueKind.Array } list
        ? [.. list.EnumerateArray().Select((item, i) => AnswerOf($"{name}[{i}]", item))]
        : [new CaseAnswer(Text(name))];

    /// <summary>A request about a subject that stands in a whole prompt.</summary>
    public CaseRequest Request(string subject, string prompt)
    {
        try
        {
            return CaseRequest.About(Text(subject), Text(prompt));
        }
        catch (AmendException e) when (!e.Message.StartsWith("field", StringComparison.Ordinal))
        {
            throw Wrong(prompt, $"does not fit field {_path}{subject}: {e.Message}");
        }
    }

    /// <summary>The names of the fields.</summary>
    public IEnumerable<string> Names() => _element.EnumerateObject().Select(field => field.Name);

    /// <summary>A truth value, or another where the field is missing.</summary>
    public bool FlagOr(string name, bool missing) => Find(name) switch
    {
        null => missing,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        { } other => throw Wrong(name, $"is {KindOf(other)} where true or false belongs"),
    };

    /// <summary>Refuses fields that a strict form does not know, which are mostly misspelt.</summary>
    public void RefuseOthersThan(params string[] known)
    {
        if (Names().FirstOrDefault(name => !known.Contains(name)) is { } other)
            throw Wrong(other, $"is unknown; known are {string.Join(", ", known)}");
    }

    /// <summary>A refusal of a field.</summary>
    public AmendException Wrong(string name, string what) => new($"field {_path}{name} {what}");

    private CaseAnswer AnswerOf(string name, JsonElement value) => TextsOf(name, value) is [var first, .. var rest]
        ? new CaseAnswer(first) { Aliases = [.. rest] }
        : throw Wrong(name, "is an empty list where an answer belongs");

    private List<string> TextsOf(string name, JsonElement value) => value.ValueKind == JsonValueKind.Array
        ? [.. value.EnumerateArray().Select((item, i) => NotBlank($"{name}[{i}]", TextOf($"{name}[{i}]", item)))]
        : value.ValueKind == JsonValueKind.String
            ? [NotBlank(name, TextOf(name, value))]
            : throw Wrong(name, $"is {KindOf(value)} where a list of texts belongs");

    private string TextOf(string name, JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Wrong(name, $"is {KindOf(value)} where a text belongs");
        }
        catch (InvalidOperationException e)
        {
            throw Wrong(name, $"is not Unicode text ({e.Message.TrimEnd('.')})");
        }
    }

    private string NotBlank(string name, string text) => string.IsNullOrWhiteSpace(text) ? throw Wrong(name, "is empty where a text belongs") : text;

    private JsonElement Value(string name) => _element.TryGetProperty(name, out var value) ? value : throw Wrong(name, "is missing");

    private JsonElement? Find(string name) => _element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static string KindOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => $"the number {value.GetRawText()}",
        JsonValueKind.Null => "null",
        _ => value.GetRawText(),
    };
}
