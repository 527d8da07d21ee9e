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
            throw new AmendException(
                $"{(path.Length == 0 ? "the record" : $"field {path[..^1]}")} is {KindOf(element)} where an object belongs");
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
    public string? TextOrNull(string name) => FindFilled(name) is { } value ? TextOf(name, value) : null;

    /// <summary>A number or a text that is there and not blank, as text.</summary>
    public string Id(string name) => Target(name);

    /// <summary>What a model is to answer: a text, or a number as it is written.</summary>
    public string Target(string name) => NotBlank(name, TargetOf(name, Value(name)));

    /// <summary>What a model is to answer, or null where the field is missing, null or blank.</summary>
    public string? TargetOrNull(string name) => FindFilled(name) is { } value ? TargetOf(name, value) : null;

    /// <summary>A list of answers, texts or numbers; a single one is a list of one.</summary>
    public IReadOnlyList<string> Targets(string name) => ListOf(name, Value(name), TargetOf);

    /// <summary>A list of answers, empty where the field is missing, null or blank.</summary>
    public IReadOnlyList<string> TargetsOrNone(string name) => FindFilled(name) is { } value ? ListOf(name, value, TargetOf) : [];

    /// <summary>A list of answers with at least one.</summary>
    public IReadOnlyList<string> SomeTargets(string name) => Some(name, Targets(name));

    /// <summary>A list of texts; a single text is a list of one.</summary>
    public IReadOnlyList<string> Texts(string name) => ListOf(name, Value(name), TextOf);

    /// <summary>A list of texts, empty where the field is missing, null or blank.</summary>
    public IReadOnlyList<string> TextsOrNone(string name) => FindFilled(name) is { } value ? ListOf(name, value, TextOf) : [];

    /// <summary>A list of texts with at least one.</summary>
    public IReadOnlyList<string> SomeTexts(string name) => Some(name, Texts(name));

    /// <summary>An object.</summary>
    public RecordFields Object(string name) => new(Value(name), Number, $"{_path}{name}.");

    /// <summary>An object, or null where the field is missing, null or empty.</summary>
    public RecordFields? ObjectOrNull(string name) => FindFilled(name) is null ? null : Object(name);

    /// <summary>A list of objects; a single object is a list of one.</summary>
    public IReadOnlyList<RecordFields> Objects(string name) => Value(name) switch
    {
        { ValueKind: JsonValueKind.Object } => [Object(name)],
        { ValueKind: JsonValueKind.Array } list =>
            [.. list.EnumerateArray().Select((item, i) => new RecordFields(item, Number, $"{_path}{name}[{i}]."))],
        var other => throw Wrong(name, $"is {KindOf(other)} where a list of objects belongs"),
    };

    /// <summary>A list of objects, empty where the field is missing, null or empty.</summary>
    public IReadOnlyList<RecordFields> ObjectsOrNone(string name) => FindFilled(name) is null ? [] : Objects(name);

    /// <summary>
    /// A list of answers: texts or numbers, or lists of them that are an answer and its aliases; a single text is a list of one.
    /// </summary>
    public IReadOnlyList<CaseAnswer> Answers(string name) => Value(name) is { ValueKind: JsonValueKind.Array } list
        ? [.. list.EnumerateArray().Select((item, i) => AnswerOf($"{name}[{i}]", item))]
        : [new CaseAnswer(Target(name))];

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

    private CaseAnswer AnswerOf(string name, JsonElement value) => ListOf(name, value, TargetOf) is [var first, .. var rest]
        ? new CaseAnswer(first) { Aliases = [.. rest] }
        : throw Wrong(name, "is an empty list where an answer belongs");

    private List<string> ListOf(string name, JsonElement value, Func<string, JsonElement, string> read) => value.ValueKind switch
    {
        JsonValueKind.Array => [.. value.EnumerateArray().Select((item, i) => NotBlank($"{name}[{i}]", read($"{name}[{i}]", item)))],
        JsonValueKind.String or JsonValueKind.Number => [NotBlank(name, read(name, value))],
        _ => throw Wrong(name, $"is {KindOf(value)} where a list of texts belongs"),
    };

    private IReadOnlyList<string> Some(string name, IReadOnlyList<string> texts) =>
        texts.Count > 0 ? texts : throw Wrong(name, "is an empty list where at least one text belongs");

    private string TargetOf(string name, JsonElement value) =>
        value.ValueKind == JsonValueKind.Number ? value.GetRawText() : TextOf(name, value);

    private string TextOf(string name, JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String
                ? value.GetString()!
                : throw Wrong(name, $"is {KindOf(value)} where a text belongs");
        }
        catch (InvalidOperationException e)
        {
            throw Wrong(name, $"is not Unicode text ({e.Message.TrimEnd('.')})");
        }
    }

    private string NotBlank(string name, string text) =>
        string.IsNullOrWhiteSpace(text) ? throw Wrong(name, "is empty where a text belongs") : text;

    private JsonElement Value(string name) => _element.TryGetProperty(name, out var value) ? value : throw Wrong(name, "is missing");

    private JsonElement? Find(string name) =>
        _element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    /// <summary>A field that is there and neither null, nor a blank text, nor an empty list: what is left out may be written so.</summary>
    private JsonElement? FindFilled(string name) => Find(name) switch
    {
        { ValueKind: JsonValueKind.String } text when string.IsNullOrWhiteSpace(TextOf(name, text)) => null,
        { ValueKind: JsonValueKind.Array } list when list.GetArrayLength() == 0 => null,
        var other => other,
    };

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
