using System.Text.Json;
using System.Text.Json.Serialization;
using Amend.Models.Generation;
using Amend.Server.Problems;

namespace Amend.Server.OpenAi;

/// <summary>
/// What requests for a text have in common. Members of OpenAI's API that change what is generated and are not here are refused.
/// </summary>
public abstract record SamplingRequest
{
    private const int MostStops = 16;

    /// <summary>The model and its state: <c>NAME</c>, <c>NAME@base</c> or <c>NAME@ID</c>.</summary>
    public required string Model { get; init; }

    /// <summary>Most new tokens.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>Divides the logits; 0 takes the likeliest token. 1 where not given.</summary>
    public double? Temperature { get; init; }

    /// <summary>Samples among the likeliest tokens that together have this probability; 1 where not given.</summary>
    public double? TopP { get; init; }

    /// <summary>How many texts; only 1 is given.</summary>
    public int? N { get; init; }

    /// <summary>Whether the text comes as server-sent events while it is generated.</summary>
    public bool? Stream { get; init; }

    /// <summary>What comes at the end of a stream.</summary>
    public StreamOptions? StreamOptions { get; init; }

    /// <summary>A text, or several, before which it ends.</summary>
    public JsonElement? Stop { get; init; }

    /// <summary>The seed of the sampling; another each time where not given.</summary>
    public long? Seed { get; init; }

    /// <summary>What else was sent.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Others { get; init; }

    /// <summary>Members that change what is generated and cannot be honoured, unless they ask for nothing.</summary>
    private static IReadOnlyList<string> Unsupported { get; } =
    [
        "presence_penalty", "frequency_penalty", "logit_bias", "suffix", "best_of", "echo", "tools", "tool_choice", "functions",
        "response_format", "modalities", "audio", "prediction", "web_search_options",
    ];

    /// <summary>Length and sampling.</summary>
    /// <param name="usual">Most new tokens where the request does not say.</param>
    /// <exception cref="RefusedException">Something is asked that is not given.</exception>
    protected GenerationOptions ToGeneration(int usual)
    {
        if (N is not (null or 1))
            throw Refuse($"n {N} was asked, and one text is given; leave n out and ask again for another.");
        foreach (var name in Unsupported)
        {
            if (Others?.TryGetValue(name, out var value) == true && !AsksForNothing(value))
                throw Refuse($"'{name}' was asked, which is not supported here; leave it out.");
        }

        if (Temperature is < 0 or > 100)
            throw Refuse($"temperature {Temperature} was asked; give one from 0 to 100.");
        var isGreedy = Temperature == 0;
        return new GenerationOptions
        {
            MaxNewTokens = MaxTokens ?? usual,
            Temperature = isGreedy ? 1 : Temperature ?? 1,
            TopP = isGreedy ? null : TopP ?? 1,
            Seed = Seed is { } seed ? unchecked((int)(seed ^ (seed >> 32))) : Random.Shared.Next(),
        };
    }

    /// <summary>The texts before which it ends.</summary>
    /// <exception cref="RefusedException">They are no texts, or too many.</exception>
    protected IReadOnlyList<string> ToStops()
    {
        var stops = Stop is { } stop ? Texts(stop, "stop") : [];
        return stops.Count <= MostStops && stops.All(text => text.Length > 0)
            ? stops
            : throw Refuse($"stop has {stops.Count} texts; give at most {MostStops}, none of them empty.");
    }

    /// <summary>A text or a list of texts.</summary>
    /// <exception cref="RefusedException">It is something else.</exception>
    protected static IReadOnlyList<string> Texts(JsonElement value, string name) => value.ValueKind switch
    {
        JsonValueKind.Null => [],
        JsonValueKind.String => [value.GetString()!],
        JsonValueKind.Array when value.EnumerateArray().All(one => one.ValueKind == JsonValueKind.String) =>
            [.. value.EnumerateArray().Select(one => one.GetString()!)],
        _ => throw Refuse($"'{name}' is {Kind(value)}; give a text or a list of texts."),
    };

    /// <summary>A refusal of the request.</summary>
    protected static RefusedException Refuse(string sentence) => new(Refusal.BadRequest(sentence));

    private static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => "a list of other things",
        JsonValueKind.Object => "an object",
        JsonValueKind.Number => "a number",
        _ => "neither a text nor a list",
    };

    private static bool AsksForNothing(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.False => true,
        JsonValueKind.Number => value.GetDouble() is 0 or 1,
        JsonValueKind.Array => value.GetArrayLength() == 0,
        JsonValueKind.String => value.GetString() is "none" or "auto" or "",
        JsonValueKind.Object => !value.EnumerateObject().Any()
            || (value.TryGetProperty("type", out var type) && type.ValueEquals("text")),
        _ => false,
    };
}

/// <summary>What comes at the end of a stream.</summary>
/// <param name="IncludeUsage">Whether the counts of tokens do; no by default.</param>
public sealed record StreamOptions(bool IncludeUsage = false);
