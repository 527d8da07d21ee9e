using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Amend.Evaluation.Reports.Json;

namespace Amend.Cli.Tests.Showcase;

/// <summary>
/// What differs from run to run or from machine to machine, masked: <c>#</c> is a number with decimals or a time, <c>ID</c> and
/// <c>HASH</c> are hexadecimal digits, <c>TIME</c> is a date. Whole numbers stay, but for steps and what is of the machine.
/// </summary>
internal static partial class Masks
{
    private const int MostItems = 3;
    private const string More = "and more";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = ReportJson.Options.Encoder };

    /// <summary>Lists of what was sampled.</summary>
    private static readonly string[] Drawn = ["context_templates"];

    private static readonly string[] OfTheMachine =
    [
        "amend", "dotnet", "system", "torchsharp", "libtorch", "native_library", "native_library_patched", "native_cache", "threads", "processors",
        "processor", "kernels", "kernels_reason", "gigaflops_per_second", "cuda_devices", "free_bytes", "version", "step", "token_layer_steps", "machine", "rank",
        "furthest",
    ];

    /// <summary>A text.</summary>
    public static string Text(string text)
    {
        text = MeasuredOn().Replace(Machine().Replace(text, "$1 MACHINE"), "MACHINE");
        text = Drawings().Replace(Styles().Replace(text, "<$1/>"), "<svg/>");
        text = TokenRows().Replace(text, "  TOKEN #");
        text = PlaceCells().Replace(PlaceRows().Replace(text, "  PLACE #"), "<tr>PLACE</tr>");
        text = Dates().Replace(text, "TIME");
        text = Ids().Replace(Hashes().Replace(text, "HASH"), "ID");
        text = Steps().Replace(Decimals().Replace(text, "#"), "# $1");
        text = Spaces().Replace(Rules().Replace(text, "-"), "  ");
        text = Templates().Replace(Directions().Replace(text, "$1#"), "$1\n  and more\n");
        text = Cells().Replace(Meeting().Replace(text, "some"), "$1 #");
        var lines = text.Split('\n');
        return string.Join('\n', lines.Where((line, at) => at == 0 || line != lines[at - 1] || line.Length == 0));
    }

    /// <summary>A JSON document.</summary>
    /// <param name="document">The document.</param>
    /// <param name="schema">Its schema, which says which numbers are real.</param>
    /// <param name="text">Masks a text in it.</param>
    public static string Json(string document, string schema, Func<string, string> text)
    {
        var root = JsonNode.Parse(schema)!.AsObject();
        return Masked(JsonNode.Parse(document), "", root)!.ToJsonString(Indented);

        JsonNode? Masked(JsonNode? node, string name, JsonNode? rules) => node switch
        {
            null => null,
            not JsonObject when OfTheMachine.Contains(name) => "MACHINE",
            JsonObject members => new JsonObject(members.Select(member =>
                KeyValuePair.Create(member.Key, Masked(member.Value, member.Key, JsonSchemas.Within(root, rules, member.Key))))),
            JsonArray items => new JsonArray(
            [
                .. items.Take(items.Count > MostItems || Drawn.Contains(name) ? 1 : items.Count).Select(item => Masked(item, "", JsonSchemas.Within(root, rules, null))),
                .. items.Count > MostItems || Drawn.Contains(name) ? (JsonNode[])[More] : [],
            ]),
            JsonValue value when value.GetValueKind() == JsonValueKind.String => text(value.GetValue<string>()),
            JsonValue value when value.GetValueKind() == JsonValueKind.Number && (JsonSchemas.IsReal(rules) || !long.TryParse(value.ToJsonString(), out _)) => "#",
            _ => node.DeepClone(),
        };
    }

    [GeneratedRegex(@"^( +(?:dotnet|system|torchsharp|libtorch|native library|native library patched|threads|kernels|product|cuda|native cache)) .*$", RegexOptions.Multiline)]
    private static partial Regex Machine();

    [GeneratedRegex(@"(?<=Measured on |- Machine: |<dd>)[^\n<>]+?, \d+ threads?, [^\n<>]+?, (?:X64|Arm64)")]
    private static partial Regex MeasuredOn();

    [GeneratedRegex(@"<svg.*?</svg>", RegexOptions.Singleline)]
    private static partial Regex Drawings();

    [GeneratedRegex(@"<(style|script).*?</\1>", RegexOptions.Singleline)]
    private static partial Regex Styles();

    [GeneratedRegex("^ +\"[^\"\n]*\" .*[0-9]$", RegexOptions.Multiline)]
    private static partial Regex TokenRows();

    /// <summary>Places of a text at which two states are far apart: which are furthest depends on last digits.</summary>
    [GeneratedRegex(@"^ +\S.* {2,}\S+ {2,}""[^""\n]*"" +""[^""\n]*""$", RegexOptions.Multiline)]
    private static partial Regex PlaceRows();

    [GeneratedRegex("<tr><th scope=\"row\">(?:[^<]|<wbr>)*</th><td class=\"number\">[^<]*</td>(?:<td>“(?:[^<]|<wbr>)*</td>){2}</tr>")]
    private static partial Regex PlaceCells();

    [GeneratedRegex(@"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|\+00:00)?)?")]
    private static partial Regex Dates();

    [GeneratedRegex(@"\b([0-9a-f]{64}|[0-9a-f]{16})\b")]
    private static partial Regex Hashes();

    [GeneratedRegex(@"\b[0-9a-f]{12}\b")]
    private static partial Regex Ids();

    [GeneratedRegex(@"(?<![\w-])[-−]?\d+(\.\d+)+([eE][+-]?\d+)?")]
    private static partial Regex Decimals();

    [GeneratedRegex(@"\b(?:step )?\d+ (steps|seconds|s)\b|(?<=step )\d+()(?=:)")]
    private static partial Regex Steps();

    [GeneratedRegex(@"(singular, |#  )\d+(?= of \d+ directions|  (finished|stopped|merged|imported|not used))")]
    private static partial Regex Directions();

    [GeneratedRegex(@"(?<=intervals of layers )[\d, ]+(?= meet)")]
    private static partial Regex Meeting();

    [GeneratedRegex(@"^(  templates  \{\})\n( {4,}.*\n)+", RegexOptions.Multiline)]
    private static partial Regex Templates();

    [GeneratedRegex(@"^( *[^\s""]+\*?)( +\d{1,3}){6}$", RegexOptions.Multiline)]
    private static partial Regex Cells();

    [GeneratedRegex("─+")]
    private static partial Regex Rules();

    [GeneratedRegex("(?<=\\S)  +")]
    private static partial Regex Spaces();
}
