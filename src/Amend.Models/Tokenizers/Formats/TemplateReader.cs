using System.Text.Json;
using Amend.Models.Configuration;

namespace Amend.Models.Tokenizers.Formats;

/// <summary>Reads the special tokens around a text from the <c>post_processor</c> of <c>tokenizer.json</c>.</summary>
internal static class TemplateReader
{
    private static readonly Dictionary<string, Func<JsonElement, SequenceTemplate>> Processors = new(StringComparer.Ordinal)
    {
        ["TemplateProcessing"] = ReadTemplate,
        ["RobertaProcessing"] = Around,
        ["BertProcessing"] = Around,
        ["ByteLevel"] = _ => SequenceTemplate.None,
        ["Sequence"] = e => e.GetProperty("processors").EnumerateArray().Select(Read)
            .FirstOrDefault(t => t.Before.Count + t.After.Count > 0) ?? SequenceTemplate.None,
    };

    /// <summary>The template.</summary>
    /// <exception cref="FormatException">It is of a type that is not supported, or is broken.</exception>
    public static SequenceTemplate Read(JsonElement processor)
    {
        var type = processor.Text("type") ?? "";
        return Processors.TryGetValue(type, out var read)
            ? read(processor)
            : throw new FormatException($"its post-processor is of type '{type}'; known are {string.Join(", ", Processors.Keys)}");
    }

    private static SequenceTemplate Around(JsonElement processor)
    {
        var (begin, end) = (processor.GetProperty("cls")[1].GetInt32(), processor.GetProperty("sep")[1].GetInt32());
        return new SequenceTemplate([begin], [end]);
    }

    private static SequenceTemplate ReadTemplate(JsonElement processor)
    {
        var special = processor.GetProperty("special_tokens");
        var single = Stretches(processor.GetProperty("single"), special);
        return single.Count == 2
            ? new SequenceTemplate(single[0], single[1])
            : throw new FormatException($"its template has {single.Count - 1} places for a text");
    }

    /// <summary>The ids before and behind the text of a template.</summary>
    private static List<List<int>> Stretches(JsonElement template, JsonElement special)
    {
        var stretches = new List<List<int>> { new() };
        foreach (var part in template.EnumerateArray())
        {
            if (part.TryGet("SpecialToken") is { } token)
                stretches[^1].AddRange(special.GetProperty(token.GetProperty("id").GetString()!).GetProperty("ids").EnumerateArray()
                    .Select(id => id.GetInt32()));
            else
                stretches.Add([]);
        }

        return stretches;
    }
}
